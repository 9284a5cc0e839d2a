import { startApp, type TestApp } from '../../support/app/app.js';
import { type Erp, givenErp } from '../../support/app/factories.js';

const JSON_TYPE = 'application/json';
const PROBLEM = 'application/problem+json';

let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  app = await startApp();
  erp = await givenErp(app);
});
afterAll(() => app.close());

const SUPPLIERS = '/api/v1/integration/suppliers';
const get = (path: string, accept: string): Promise<Response> =>
  fetch(app.url + path, { headers: { accept, authorization: `Bearer ${erp.token}` } });

describe('the form of an error', () => {
  it.each([
    ['*/*', JSON_TYPE],
    ['application/*', JSON_TYPE],
    ['application/json', JSON_TYPE],
    [PROBLEM, PROBLEM],
    ['Application/Problem+JSON', PROBLEM],
    [`application/json, ${PROBLEM};q=0.1`, JSON_TYPE],
    [`application/json, ${PROBLEM};q=0`, JSON_TYPE],
    [`${PROBLEM};q=0`, JSON_TYPE],
    [`application/json;q=0.5, ${PROBLEM}`, PROBLEM],
    [`${PROBLEM}, */*`, PROBLEM],
    [`application/json;q=0.4, ${PROBLEM};q=0.5, */*;q=0.9`, PROBLEM],
    [`text/html, ${PROBLEM};q=0.001`, PROBLEM],
    ['text/html', JSON_TYPE],
    ['nonsense', JSON_TYPE],
  ])('for Accept: %s is %s', async (accept, type) => {
    const { status, headers } = await get(`${SUPPLIERS}/none`, accept);
    expect([404, 406]).toContain(status);
    expect(headers.get('content-type')).toBe(`${type}; charset=utf-8`);
    expect(headers.get('vary')).toContain('Accept');
  });

  it('as problem details names the page of its code, has its own detail and the request id', async () => {
    const { body, headers } = await erp.client.get('/suppliers/none', { accept: PROBLEM });
    expect(body).toEqual({
      type: expect.stringMatching(/^http:.+\/docs\/errors#NOT_FOUND$/),
      title: 'Not found. Check the path.',
      status: 404,
      detail: expect.stringContaining('none'),
      code: 'NOT_FOUND',
      requestId: headers.get('x-request-id'),
    });
  });
});

describe('a caller who accepts no JSON', () => {
  it.each([
    'text/html',
    'application/xml;q=0.9, text/*',
    'application/json;q=0, application/problem+json;q=0',
  ])('is told so: %s', async (accept) => {
    const answer = await get(SUPPLIERS, accept);
    expect([answer.status, await answer.json()]).toEqual([
      406,
      expect.objectContaining({ error: 'NOT_ACCEPTABLE' }),
    ]);
  });

  it('is asked for a credential first, and a path that is not there stays a 404', async () => {
    const accept = 'text/html';
    expect((await fetch(app.url + SUPPLIERS, { headers: { accept } })).status).toBe(401);
    expect((await get('/nowhere', accept)).status).toBe(404);
  });

  it.each(['/health/live', '/health/ready', '/apiops/test/healthcheck', '/openapi.yaml'])(
    'gets %s all the same',
    async (path) => {
      const answer = await get(path, 'image/png');
      await answer.text();
      expect(answer.status).toBe(200);
    },
  );
});
