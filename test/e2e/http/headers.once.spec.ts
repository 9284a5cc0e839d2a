import { startApp, type TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, supplier } from '../../support/app/factories.js';
import { givenPerson } from '../../support/people/members.js';
import { PEOPLE_ROUTES } from '../../support/http/people-routes.js';
import { CLOSED_ROUTES } from '../../support/http/routes.js';
import { ask, askWith } from '../../support/http/raw-answer.js';

let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  app = await startApp();
  erp = await givenErp(app);
  await erp.client.post('/suppliers', { suppliers: [supplier({ externalId: 'A' })] });
});
afterAll(() => app.close());

const BASE = '/api/v1/integration';
const withToken = (): string => `Authorization: Bearer ${erp.token}`;

describe('a header that may come once', () => {
  it.each(['Content-Type', 'Idempotency-Key', 'Origin', 'X-Company', 'X-Request-Id', 'x-request-ID'])(
    '%s is a 400 that names it when it comes twice',
    async (name) => {
      const lines = [`${name}: application/json`, `${name}: application/json`];
      const { status, body } = await ask(app.url, `POST ${BASE}/suppliers HTTP/1.1`, withToken(), ...lines);
      expect([status, body]).toEqual([400, expect.stringContaining(name)]);
    },
  );

  it('Host is one of them', async () => {
    const { status, body } = await askWith(app.url, 'GET /health/live HTTP/1.1', 'Host: a', 'Host: b');
    expect([status, body]).toEqual([400, expect.stringContaining('Host')]);
  });

  it('others may come twice, and count as one list', async () => {
    const lines = ['Accept: text/html', 'Accept: application/json'];
    expect((await ask(app.url, `GET ${BASE}/suppliers HTTP/1.1`, withToken(), ...lines)).status).toBe(200);
    const { headers } = await erp.client.get('/suppliers/A');
    const tags = ['If-None-Match: "other"', `If-None-Match: ${headers.get('etag')}`];
    expect((await ask(app.url, `GET ${BASE}/suppliers/A HTTP/1.1`, withToken(), ...tags)).status).toBe(304);
  });
});

describe('what caches are told', () => {
  it.each([
    [`${BASE}/suppliers/A`, 'private, no-cache'],
    [`${BASE}/auth/test`, 'no-store'],
    [`${BASE}/suppliers/none`, 'no-store'],
    ['/health/ready', 'no-cache'],
    ['/.well-known/jwks.json', 'public, max-age=300'],
    ['/openapi.json', 'max-age=60'],
    ['/nowhere', 'no-store'],
  ])('of %s: %s', async (path, caching) => {
    const headers: Record<string, string> = path.startsWith(BASE)
      ? { authorization: `Bearer ${erp.token}` }
      : {};
    const answer = await fetch(app.url + path, { headers });
    await answer.text();
    expect(answer.headers.get('cache-control')).toBe(caching);
  });

  it('of every read that needs a credential: for its caller alone, or not to be kept', async () => {
    const person = await givenPerson(app);
    const named: Record<string, string> = {
      ':company': person.slug,
      ':integration': person.erp.integrationId,
    };
    const pathOf = (path: string): string => path.replaceAll(/:\w+/g, (name) => named[name] ?? 'none');
    const reads = [
      ...CLOSED_ROUTES.map(({ method, path }) => ({ method, path: BASE + path, token: erp.token })),
      ...PEOPLE_ROUTES.map(({ method, path }) => ({ method, path: pathOf(path), token: person.token })),
    ].filter(({ method }) => method === 'GET');
    for (const { path, token } of reads) {
      const answer = await fetch(app.url + path, { headers: { authorization: `Bearer ${token}` } });
      await answer.arrayBuffer();
      const { headers } = answer;
      const caching = answer.ok && headers.has('etag') ? 'private, no-cache' : 'no-store';
      expect([path, headers.get('cache-control')]).toEqual([path, caching]);
      expect(headers.get('vary')).toContain('Authorization');
    }
    expect(reads.length).toBeGreaterThan(25);
  });

  it('of a write and of what is refused: no-store', async () => {
    const write = await erp.client.post('/suppliers', { suppliers: [] });
    const refused = await fetch(`${app.url}${BASE}/suppliers`);
    expect([write, refused].map(({ headers }) => headers.get('cache-control'))).toEqual([
      'no-store',
      'no-store',
    ]);
  });

  it('which request headers decide', async () => {
    const read = await erp.client.get('/suppliers/A');
    expect(read.headers.get('vary')).toBe('Accept, Authorization, X-Company');
    const refused = await fetch(`${app.url}${BASE}/suppliers`);
    expect(refused.headers.get('vary')).toMatch(/Accept/);
  });
});

describe('what browsers are told', () => {
  it.each([`${BASE}/suppliers/A`, `${BASE}/suppliers`, '/health/live', '/nowhere'])(
    '%s runs nothing and stands in no frame',
    async (path) => {
      const { headers } = await fetch(app.url + path);
      expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toMatch(/max-age=\d+/);
    },
  );
});
