import { Client } from '../../support/http/client.js';
import { type DatabaseEnv, freshDatabase, onServer } from '../../support/databases/database.js';
import { type Erp, suppliers } from '../../support/app/factories.js';
import {
  bootstrapped,
  killLeftServers,
  type ServerProcess,
  startServer,
  startWorker,
  until,
  untilReady,
} from '../../support/processes/processes.js';
import type { Received } from '../../support/webhooks/receiver.js';
import { checkAndCloseEndpoints } from '../../support/webhooks/webhook-checks.js';
import { type Endpoint, eventOf, givenEndpoint, WEBHOOK_ENV } from '../../support/webhooks/webhooks.js';

const STOPPED_MS = 10_000;
const EVENTS = 100;

let env: DatabaseEnv;
let token: string;
let server: ServerProcess;
let erp: Erp;
let endpoint: Endpoint;
beforeAll(async () => {
  env = await freshDatabase();
  token = await bootstrapped(env);
});
beforeEach(async () => {
  server = await startServer(env, { ...WEBHOOK_ENV, WEBHOOK_DISPATCHER: 'false' });
  await untilReady(server.url);
  const client = new Client(server.url, token);
  erp = { companyId: '', slug: '', integrationId: '', tokenId: '', token, client };
  endpoint = await givenEndpoint(erp, 'supplier.created');
});
afterEach(async () => {
  await checkAndCloseEndpoints();
  await server.kill('SIGTERM');
});
afterAll(killLeftServers);

/** Writes suppliers through the HTTP process; gives back their ids. */
async function write(prefix: string): Promise<string[]> {
  const rows = suppliers(EVENTS, prefix);
  const { body } = await erp.client.post('/suppliers', { suppliers: rows });
  expect(body.created).toBe(EVENTS);
  return rows.map((row) => row['externalId'] as string).sort();
}

const told = (requests: Received[]): string[] =>
  [...new Set(requests.map((request) => eventOf(request).data['externalId'] as string))].sort();

it('a worker delivers what a process that is told not to leaves to it, and ends with 0 when told', async () => {
  const written = await write('LEFT');
  expect((await endpoint.log()).map(({ attempts }) => attempts)).toEqual([]);
  const worker = startWorker(env, WEBHOOK_ENV);
  await endpoint.receiver.next(EVENTS);
  const more = await write('WHILE');
  await endpoint.receiver.next(EVENTS);
  await endpoint.settled(2 * EVENTS);
  expect(told(endpoint.receiver.requests)).toEqual([...written, ...more].sort());
  expect(endpoint.receiver.requests).toHaveLength(2 * EVENTS);
  expect(await worker.kill('SIGTERM')).toBe(0);
});

it('a worker that is stopped while a receiver hangs ends in time, and another delivers what it held', async () => {
  endpoint.receiver.answers('hangs');
  const written = await write('HELD');
  const first = startWorker(env, WEBHOOK_ENV);
  await endpoint.receiver.next();
  const begun = performance.now();
  expect(await first.kill('SIGTERM')).toBe(0);
  expect(performance.now() - begun).toBeLessThan(STOPPED_MS);
  endpoint.receiver.answers(200);
  const second = startWorker(env, WEBHOOK_ENV);
  const from = endpoint.receiver.requests.length;
  const isTold = (requests: Received[]): boolean => told(requests.slice(from)).length === EVENTS;
  await endpoint.receiver.until(isTold, 'all that the first held');
  expect(told(endpoint.receiver.requests)).toEqual(written);
  const log = await endpoint.settled(EVENTS);
  expect(log.filter(({ status }) => status !== 'SUCCEEDED')).toEqual([]);
  expect(await second.kill('SIGTERM')).toBe(0);
}, 90_000);

(onServer ? it : it.skip)('a worker whose database is away ends with 0 when told', async () => {
  const away = { ...env, DATABASE_URL: 'mysql://nobody@127.0.0.1:9/eudr' };
  const worker = startWorker(away, WEBHOOK_ENV);
  await until(() => Promise.resolve(worker.log.some((line) => line.includes('does not answer'))));
  const begun = performance.now();
  expect(await worker.kill('SIGTERM')).toBe(0);
  expect(performance.now() - begun).toBeLessThan(STOPPED_MS);
});
