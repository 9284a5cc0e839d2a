import { startApp, type TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, supplier } from '../../support/app/factories.js';
import { until } from '../../support/processes/processes.js';
import { ask as askAt, type RawAnswer } from '../../support/http/raw-answer.js';

let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  app = await startApp();
  erp = await givenErp(app);
  await erp.client.post('/suppliers', { suppliers: [supplier({ externalId: 'A' })] });
});
afterAll(() => app.close());

const BASE = '/api/v1/integration';

const ask = (requestLine: string, ...headers: string[]): Promise<RawAnswer> =>
  askAt(app.url, requestLine, ...headers);

let serial = 0;
const newRequestId = (): string => `order-${(serial += 1)}-4711`;
const withToken = (): string => `Authorization: Bearer ${erp.token}`;

function expectContractError(
  { status, headers, body }: RawAnswer,
  ...expected: [status: number, code: string][]
): void {
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  const { error, message, requestId, ...rest } = JSON.parse(body) as Record<string, unknown>;
  expect(expected).toContainEqual([status, error]);
  expect([typeof message, requestId]).toEqual(['string', expect.stringMatching(/^req_[0-9a-z]{26}$/)]);
  expect(Object.keys(rest).filter((key) => key !== 'details')).toEqual([]);
}

describe('what the framework refuses before any handler', () => {
  it.each([
    '/%zz',
    `${BASE}/%zz`,
    `${BASE}/suppliers/%zz`,
    `${BASE}/suppliers/%`,
    `${BASE}/suppliers/%c3%28`,
  ])('an address that does not decode (%s) comes in the error format of the contract', async (path) => {
    for (const headers of [[], [withToken()]]) {
      expectContractError(
        await ask(`GET ${path} HTTP/1.1`, ...headers),
        [400, 'VALIDATION_ERROR'],
        [404, 'NOT_FOUND'],
        [401, 'AUTHENTICATION_REQUIRED'],
      );
    }
  });

  it.each([3_000, 3_100, 8_000])('so does a path parameter of %i characters', async (length) => {
    const path = `${BASE}/suppliers/${'x'.repeat(length)}`;
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expectContractError(
        await ask(`${method} ${path} HTTP/1.1`, withToken()),
        [400, 'VALIDATION_ERROR'],
        [404, 'NOT_FOUND'],
      );
    }
  });

  it.each(['/%zz', `${BASE}/suppliers/${'x'.repeat(3_100)}`])(
    'such an answer carries the request id in its header, and the log has its line (%#)',
    async (path) => {
      const id = newRequestId();
      const { headers, body } = await ask(`GET ${path} HTTP/1.1`, withToken(), `X-Request-Id: ${id}`);
      expect([headers.get('x-request-id'), (JSON.parse(body) as { requestId: string }).requestId]).toEqual([
        id,
        id,
      ]);
      await until(() => Promise.resolve(app.log.some((line) => line.includes(`"requestId":"${id}"`))));
    },
  );
});

describe('an address that does not exist', () => {
  it.each([
    ['GET', '/nowhere'],
    ['GET', '/api/v1/integration'],
    ['GET', `${BASE}/supplier`],
    ['GET', `${BASE}/suppliers/A/more`],
  ])('%s %s is a 404 in the error format, with a token and without', async (method, path) => {
    for (const headers of [[], [withToken()]]) {
      expectContractError(await ask(`${method} ${path} HTTP/1.1`, ...headers), [404, 'NOT_FOUND']);
    }
  });
});

describe('HEAD', () => {
  it.each(['/health/live', '/health/ready', `${BASE}/suppliers`, `${BASE}/suppliers/A`])(
    'of %s answers as GET does, without the body',
    async (path) => {
      const [head, get] = [
        await ask(`HEAD ${path} HTTP/1.1`, withToken()),
        await ask(`GET ${path} HTTP/1.1`, withToken()),
      ];
      expect([head.status, head.body]).toEqual([200, '']);
      for (const name of ['content-type', 'content-length', 'etag']) {
        expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
      }
    },
  );

  it('asks for the same credential as GET does', async () => {
    expect((await ask(`HEAD ${BASE}/suppliers HTTP/1.1`)).status).toBe(401);
  });
});

describe('the request id', () => {
  it.each(['order-4711', 'a.b_c-12', '0af7651916cd43dd8448eb211c80319c', 'x'.repeat(64)])(
    '%s is echoed',
    async (id) => {
      const { headers, body } = await erp.client.get('/suppliers/none', { 'x-request-id': id });
      expect([headers.get('x-request-id'), body.requestId]).toEqual([id, id]);
    },
  );

  it.each([
    'short',
    'x'.repeat(65),
    'with a space in it',
    'semi;colon;inside',
    '{"json":"inside"}',
    'caf\u00e9-caf\u00e9-caf\u00e9',
  ])('%s is replaced', async (id) => {
    const { headers, body } = await erp.client.get('/suppliers/none', { 'x-request-id': id });
    expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-z]{26}$/);
    expect(body.requestId).toBe(headers.get('x-request-id'));
  });

  it('is another one for every request', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => erp.client.get('/suppliers')));
    expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(3);
  });
});
