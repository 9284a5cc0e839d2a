import { startApp, type TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, supplier } from '../../support/app/factories.js';
import { ask, type RawAnswer } from '../../support/http/raw-answer.js';
import { PEOPLE_ROUTES } from '../../support/http/people-routes.js';
import { CLOSED_ROUTES } from '../../support/http/routes.js';

let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  app = await startApp();
  erp = await givenErp(app);
  await erp.client.post('/suppliers', { suppliers: [supplier({ externalId: 'A' })] });
});
afterAll(() => app.close());

const BASE = '/api/v1/integration';
const call = (method: string, target: string): Promise<RawAnswer> =>
  ask(app.url, `${method} ${target} HTTP/1.1`, `Authorization: Bearer ${erp.token}`);

/** All paths of the product, with something for their parameters, and a method that each answers. */
const calls: [method: string, path: string][] = [
  ...CLOSED_ROUTES.map(({ method, path }): [string, string] => [method, BASE + path]),
  ...PEOPLE_ROUTES.map(({ method, path }): [string, string] => [method, path.replaceAll(/:\w+/g, 'A-1')]),
  ['GET', '/health/live'],
  ['GET', '/apiops/test/healthcheck'],
  ['GET', '/.well-known/jwks.json'],
  ['GET', '/docs'],
  ['GET', '/docs/webhooks'],
  ['GET', '/openapi.json'],
];

it('a slash at the end of a path changes nothing, on every surface', async () => {
  const anonymous = async (method: string, path: string): Promise<number> =>
    (await ask(app.url, `${method} ${path} HTTP/1.1`)).status;
  for (const [method, path] of calls) {
    const [bare, slashed] = [await anonymous(method, path), await anonymous(method, `${path}/`)];
    expect([path, slashed]).toEqual([path, bare]);
    expect([200, 401]).toContain(bare);
  }
});

it('two slashes in a path are a 404, on every surface', async () => {
  for (const [method, path] of calls) {
    for (const doubled of [`${path}//`, path.replace(/\/(?=[^/]*$)/, '//')])
      expect([doubled, (await call(method, doubled)).status]).toEqual([doubled, 404]);
  }
});

it('a slash at the end is no part of an id, and an encoded one is', async () => {
  expect((await call('GET', `${BASE}/suppliers/A/`)).status).toBe(200);
  expect((await call('GET', `${BASE}/suppliers/A%2F`)).status).toBe(404);
});

it('the query string stays as it is', async () => {
  const { status, body } = await call('GET', `${BASE}/suppliers/?limit=1`);
  expect([status, (JSON.parse(body) as { limit: number }).limit]).toEqual([200, 1]);
});

it.each(['http://localhost', 'https://eudr.example', 'HTTP://localhost:3000'])(
  'a target with scheme and host (%s) is its path',
  async (origin) => {
    expect((await call('GET', `${origin}${BASE}/suppliers/A/`)).status).toBe(200);
    expect((await call('GET', `${origin}${BASE}/nowhere`)).status).toBe(404);
    expect((await call('GET', origin)).status).toBe(200);
  },
);
