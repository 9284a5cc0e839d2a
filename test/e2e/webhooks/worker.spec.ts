import type { TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, suppliers } from '../../support/app/factories.js';
import { killLeftServers, startWorker } from '../../support/processes/processes.js';
import type { Received } from '../../support/webhooks/receiver.js';
import { checkAndCloseEndpoints } from '../../support/webhooks/webhook-checks.js';
import {
  type Endpoint,
  eventOf,
  givenEndpoint,
  startHookApp,
  WEBHOOK_ENV,
} from '../../support/webhooks/webhooks.js';
import { expectInTime } from '../../support/waiting/measured.js';

const STOPPED_MS = 10_000;
const EVENTS = 100;

/** Serves HTTP, and leaves deliveries to workers. */
let app: TestApp;
let erp: Erp;
let endpoint: Endpoint;
beforeAll(async () => {
  app = await startHookApp({ WEBHOOK_DISPATCHER: 'false' });
});
beforeEach(async () => {
  erp = await givenErp(app);
  endpoint = await givenEndpoint(erp, 'supplier.created');
});
afterEach(async () => {
  killLeftServers();
  await checkAndCloseEndpoints();
});
afterAll(() => app.close());

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
  const worker = startWorker(app.env, WEBHOOK_ENV);
  await endpoint.receiver.next(EVENTS);
  const more = await write('WHILE');
  await endpoint.receiver.next(EVENTS);
  await endpoint.settled(2 * EVENTS);
  expect(told(endpoint.receiver.requests)).toEqual([...written, ...more].sort());
  expect(endpoint.receiver.requests).toHaveLength(2 * EVENTS);
  expect(await worker.kill('SIGTERM')).toBe(0);
});

it('a worker that is stopped while a receiver hangs ends, and another delivers what it held', async () => {
  endpoint.receiver.answers('hangs');
  const written = await write('HELD');
  const first = startWorker(app.env, WEBHOOK_ENV);
  await endpoint.receiver.next();
  const begun = performance.now();
  expect(await first.kill('SIGTERM')).toBe(0);
  expectInTime(performance.now() - begun, STOPPED_MS);
  endpoint.receiver.answers(200);
  const second = startWorker(app.env, WEBHOOK_ENV);
  const from = endpoint.receiver.requests.length;
  const isTold = (requests: Received[]): boolean => told(requests.slice(from)).length === EVENTS;
  await endpoint.receiver.until(isTold, 'all that the first held');
  expect(told(endpoint.receiver.requests)).toEqual(written);
  const log = await endpoint.settled(EVENTS);
  expect(log.filter(({ status }) => status !== 'SUCCEEDED')).toEqual([]);
  expect(await second.kill('SIGTERM')).toBe(0);
}, 90_000);
