import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { givenErp } from '../../support/app/factories.js';
import { sendHead, statusOf } from '../../support/http/raw-http.js';

const MEGABYTE = 1024 * 1024;
const json = { 'content-type': 'application/json' };

const bodies: [what: string, body: string | Uint8Array, headers: Record<string, string>][] = [
  ['a body that is not JSON', '{"suppliers": [', json],
  ['a body with a forbidden key', '{"__proto__": {"a": 1}}', json],
  ['a body of 11 MB', new Uint8Array(11 * MEGABYTE).fill(0x20), json],
  ['a body of another content type', 'a,b\n1,2', { 'content-type': 'text/csv' }],
  ['a body of no content type that exists', 'x', { 'content-type': ';;;' }],
  ['a body that claims to be compressed', 'x', { ...json, 'content-encoding': 'gzip' }],
  ['an empty body', '', json],
];

const routes: [method: string, path: string][] = [
  ['POST', '/suppliers'],
  ['POST', '/batches'],
  ['PUT', '/products/A'],
];

let app: TestApp;
let withoutScope: Client;
let withScope: Client;
beforeAll(async () => {
  app = await startApp();
  withoutScope = (await givenErp(app, { scopes: ['integration:dds:read'] })).client;
  withScope = (await givenErp(app)).client;
});
afterAll(() => app.close());

/** Callers who may not, with what they must be told whatever they send. */
const strangers: [who: string, status: number, error: string, client: () => Client][] = [
  ['no credential', 401, 'AUTHENTICATION_REQUIRED', () => new Client(app.url)],
  ['a malformed token', 401, 'INVALID_TOKEN_FORMAT', () => new Client(app.url, 'nonsense')],
  ['an unknown token', 401, 'INVALID_TOKEN', () => new Client(app.url, `eudr_live_${'a'.repeat(48)}`)],
  ['a token without the scope', 403, 'INSUFFICIENT_SCOPES', () => withoutScope],
];

describe.each(routes)('%s %s', (method, path) => {
  describe.each(strangers)('with %s', (_who, status, error, client) => {
    it.each(bodies)(`answers ${status} to %s`, async (_what, body, headers) => {
      const answer = await client().send(method, path, body, headers);
      expect([answer.status, answer.body.error]).toEqual([status, error]);
    });
  });
});

const announce = (credential: string[]): string[] => [
  'POST /api/v1/integration/suppliers HTTP/1.1',
  'Content-Type: application/json',
  `Content-Length: ${10 * MEGABYTE}`,
  ...credential,
];

it('answers 401 to a head that announces 10 MB, of which not one byte is sent', async () => {
  expect(statusOf(await sendHead(app.url, announce([])))).toBe(401);
});

it('answers 401 to a head that announces a chunked body, of which no chunk is sent', async () => {
  const head = ['POST /api/v1/integration/suppliers HTTP/1.1', 'Content-Type: application/json'];
  expect(statusOf(await sendHead(app.url, [...head, 'Transfer-Encoding: chunked']))).toBe(401);
});

it('answers 403 before the body where the token lacks the scope', async () => {
  const answer = await sendHead(app.url, announce([`Authorization: Bearer ${withoutScope.token}`]));
  expect(statusOf(answer)).toBe(403);
});

it('waits for the body of a caller who may send one', async () => {
  const answer = sendHead(app.url, announce([`Authorization: Bearer ${withScope.token}`]), 500);
  await expect(answer).rejects.toThrow('aborted');
});
