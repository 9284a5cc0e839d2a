import { once } from 'node:events';
import type { Socket } from 'node:net';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Erp, givenErp } from '../../support/app/factories.js';
import { beginPost, openSocket, say } from '../../support/http/connections.js';
import { ask } from '../../support/http/raw-answer.js';
import { affordableConnections } from '../../../src/platform/http/protocol/connection-limit.js';

const MAX = 4;

let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  app = await startApp({ MAX_CONNECTIONS: String(MAX) });
  erp = await givenErp(app);
});
afterAll(() => app.close());

const live = (): Promise<{ status: number }> => ask(app.url, 'GET /health/live HTTP/1.1');
const begin = (): ReturnType<typeof beginPost> =>
  beginPost(`${app.url}/api/v1/integration/suppliers`, erp.token, { suppliers: [] });

it('idle connections keep nobody out: those that are idle longest are closed', async () => {
  const silent: Socket[] = [await openSocket(app.url)];
  const firstClosed = once(silent[0] as Socket, 'close');
  for (let count = 1; count < 3 * MAX; count += 1) silent.push(await openSocket(app.url));
  const kept = await openSocket(app.url);
  expect(await say(kept, 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(/ 200 /);
  expect((await live()).status).toBe(200);
  await firstClosed;
  expect(await say(kept, 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(/ 200 /);
  for (const socket of [...silent, kept]) socket.destroy();
  expect(app.log.filter((line) => line.includes('too many connections'))).toHaveLength(1);
});

it('a connection with a request under way is not closed; further ones are, until it is done', async () => {
  const calls = [];
  for (let count = 0; count < MAX; count += 1) calls.push(await begin());
  const refused = await openSocket(app.url);
  expect(await say(refused, 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n')).toBe('');
  for (const call of calls) call.sendRest();
  const statuses = await Promise.all(calls.map(async ({ answer }) => (await answer).status));
  expect(statuses).toEqual(Array(MAX).fill(200));
  expect((await live()).status).toBe(200);
});

it('the usual limit leaves descriptors for the database and everything else', () => {
  const [few, many] = [affordableConnections(1000), affordableConnections(10)];
  expect(few).toBeGreaterThanOrEqual(50);
  expect(many).toBeGreaterThanOrEqual(few);
  expect(many).toBeLessThanOrEqual(10_000);
});
