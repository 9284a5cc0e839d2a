import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { type Erp, givenErp, supplier } from '../../support/app/factories.js';
import { CLOSED_ROUTES, nameOf } from '../../support/http/routes.js';

const PREFIX = 'eudr_live_'.length;

let app: TestApp;
let erp: Erp;
let nobody: Client;
beforeAll(async () => {
  app = await startApp({ LOG_LEVEL: 'trace' });
  erp = await givenErp(app);
  nobody = new Client(app.url);
});
afterAll(() => app.close());

const routes = CLOSED_ROUTES.map((route) => [nameOf(route), route] as const);

describe('a token that is not in the header', () => {
  it.each(routes)('is no credential in the query of %s', async (_name, { method, path, body }) => {
    const answer = await nobody.send(method, `${path}?access_token=${erp.token}`, body);
    expect([answer.status, answer.body.error]).toEqual([401, 'AUTHENTICATION_REQUIRED']);
  });

  it.each(routes.filter(([, { body }]) => body))(
    'is no credential in the body of %s',
    async (_name, route) => {
      const answer = await nobody.send(route.method, route.path, { ...route.body, access_token: erp.token });
      expect([answer.status, answer.body.error]).toEqual([401, 'AUTHENTICATION_REQUIRED']);
    },
  );

  it('is no credential in a form', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await nobody.post('/suppliers', `access_token=${erp.token}`, form);
    expect([answer.status, answer.body.error]).toEqual([401, 'AUTHENTICATION_REQUIRED']);
  });
});

describe('beside a valid header', () => {
  // The caller has put a secret where proxies log it, and must hear of it rather than be served.
  it.each(routes)('access_token in the query of %s is a 400 that names it', async (_name, route) => {
    const own = await givenErp(app);
    const answer = await own.client.send(route.method, `${route.path}?access_token=${own.token}`, route.body);
    expect([answer.status, answer.body.error]).toEqual([400, 'VALIDATION_ERROR']);
    expect(JSON.stringify(answer.body)).toContain('access_token');
    expect(JSON.stringify(answer.body)).not.toContain(own.token);
  });

  it('access_token in the body of a bulk call is a 400 that names it', async () => {
    const body = { suppliers: [supplier()], access_token: erp.token };
    const answer = await erp.client.post('/suppliers', body);
    expect([answer.status, answer.body.error]).toEqual([400, 'VALIDATION_ERROR']);
    expect(JSON.stringify(answer.body)).toContain('access_token');
    expect(JSON.stringify(answer.body)).not.toContain(erp.token);
  });

  it('a refused access_token has had no effect', async () => {
    const own = await givenErp(app);
    await own.client.post(`/auth/revoke?access_token=${own.token}`);
    expect((await own.client.get('/auth/test')).status).toBe(200);
  });
});

describe('the log', () => {
  const leaks = (token: string): string[] => app.log.filter((line) => line.includes(token.slice(PREFIX)));
  const hit = async (own: Erp, path: string, headers?: Record<string, string>): Promise<void> => {
    const before = app.log.length;
    await nobody.get(path, headers);
    await own.client.get(path, headers);
    expect(app.log.length).toBeGreaterThan(before);
  };

  it.each<[where: string, path: (token: string) => string]>([
    ['in the query', (token) => `/suppliers?access_token=${token}`],
    ['in the query of a route that is not there', (token) => `/nowhere?access_token=${token}`],
    ['in the path', (token) => `/suppliers/${token}`],
    ['in the path, percent-encoded', (token) => `/suppliers/${token.replaceAll('_', '%5F')}`],
    ['in the query, percent-encoded', (token) => `/suppliers?access_token=${token.replaceAll('_', '%5f')}`],
    [
      'in the query, encoded in another place',
      (token) => `/suppliers?access_token=${token.replace('eudr', '%65udr')}`,
    ],
    ['as a cursor', (token) => `/suppliers?cursor=${token}`],
  ])('never holds a token that came %s', async (_where, path) => {
    const own = await givenErp(app);
    await hit(own, path(own.token));
    expect(leaks(own.token)).toEqual([]);
  });

  it('never holds a token that came in a header, right or wrong', async () => {
    const own = await givenErp(app);
    for (const authorization of [
      `Bearer ${own.token}`,
      `Basic ${own.token}`,
      `Bearer ${own.token}0`,
      own.token,
    ]) {
      await nobody.get('/suppliers', {
        authorization,
        'user-agent': own.token,
        referer: `http://x/?t=${own.token}`,
      });
    }
    await own.client.post('/auth/revoke');
    expect(leaks(own.token)).toEqual([]);
  });

  it('never holds a token that came as the id of a request', async () => {
    const own = await givenErp(app);
    const { body } = await nobody.get('/suppliers', { 'x-request-id': own.token });
    expect(leaks(own.token)).toEqual([]);
    expect(body.requestId).not.toBe(own.token);
  });

  it('tells which credential called, by its id', async () => {
    await erp.client.get('/auth/test');
    expect(app.log.some((line) => line.includes(erp.tokenId))).toBe(true);
  });
});
