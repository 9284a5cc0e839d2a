import { startApp, type TestApp } from '../../support/app/app.js';
import { type Erp, givenErp } from '../../support/app/factories.js';
import { ask } from '../../support/http/raw-answer.js';

const ORIGIN = 'https://app.example';
const PATH = '/api/v1/integration/suppliers';

let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  app = await startApp({ CORS_ORIGINS: `${ORIGIN},https://other.example`, RATE_LIMIT_PER_MINUTE: '3' });
  erp = await givenErp(app);
});
afterAll(() => app.close());

const preflight = (method: string, origin = ORIGIN): Promise<Response> =>
  fetch(`${app.url}${PATH}/x`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,if-match,if-none-match,idempotency-key',
    },
  });
const listed = (text: string | null): string[] => (text ?? '').toLowerCase().split(/, ?/);

it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])('a preflight allows %s', async (method) => {
  const { status, headers } = await preflight(method);
  expect([status, headers.get('access-control-allow-origin')]).toEqual([204, ORIGIN]);
  expect(listed(headers.get('access-control-allow-methods'))).toContain(method.toLowerCase());
  expect(listed(headers.get('access-control-allow-headers'))).toEqual(
    expect.arrayContaining(['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-none-match']),
  );
  expect(Number(headers.get('access-control-max-age'))).toBeGreaterThan(0);
  expect(headers.get('x-request-id')).toMatch(/^req_/);
  expect(listed(headers.get('vary'))).toContain('origin');
});

it('no other origin is let in, and caches keep the answers apart', async () => {
  const { headers } = await preflight('PUT', 'https://evil.example');
  expect(headers.get('access-control-allow-origin')).toBeNull();
  expect(listed(headers.get('vary'))).toContain('origin');
});

it('pages may read whatever is answered, and its headers: 401, 404, 405, 429', async () => {
  const headers = { origin: ORIGIN };
  const authorized = { ...headers, authorization: `Bearer ${erp.token}` };
  const answers = [
    await fetch(app.url + PATH, { headers }),
    await fetch(`${app.url}/nowhere`, { headers }),
    await fetch(`${app.url}/%zz`, { headers }),
    await fetch(app.url + PATH, { method: 'PATCH', headers }),
    ...(await Promise.all([1, 2, 3, 4].map(() => fetch(app.url + PATH, { headers: authorized })))),
  ];
  const statuses = answers.map(({ status }) => status);
  expect(statuses.slice(0, 4)).toEqual([401, 404, 400, 405]);
  expect(statuses.slice(4).sort()).toEqual([200, 200, 200, 429]);
  for (const answer of answers) {
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(listed(answer.headers.get('access-control-expose-headers'))).toEqual(
      expect.arrayContaining(
        ['ETag', 'X-Request-Id', 'X-RateLimit-Reset', 'RateLimit', 'Retry-After', 'Allow'].map((name) =>
          name.toLowerCase(),
        ),
      ),
    );
  }
});

it('an OPTIONS that is no preflight lists the methods', async () => {
  for (const more of [[], [`Origin: ${ORIGIN}`]]) {
    const { status, headers } = await ask(app.url, `OPTIONS ${PATH} HTTP/1.1`, ...more);
    expect([status, headers.get('allow')]).toEqual([204, 'GET, HEAD, POST, OPTIONS']);
  }
  expect((await ask(app.url, 'OPTIONS /nowhere HTTP/1.1')).status).toBe(404);
  expect((await ask(app.url, 'POST /nowhere HTTP/1.1')).status).toBe(404);
});
