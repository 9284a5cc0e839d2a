import type { TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, supplier, suppliers } from '../../support/app/factories.js';
import { expectError } from '../../support/http/expect-error.js';
import { nextInstant } from '../../support/records/records.js';
import { checkAndCloseEndpoints } from '../../support/webhooks/webhook-checks.js';
import { type Endpoint, givenEndpoint, startHookApp } from '../../support/webhooks/webhooks.js';

/** More than one statement queues. */
const EVENTS = 520;
/** From one to the next. */
const MIN_GAP_MS = 13;

let app: TestApp;
let erp: Erp;
let endpoint: Endpoint;
let since: string;
beforeAll(async () => {
  // Nothing is sent, so that what is queued stays to be looked at.
  app = await startHookApp({ WEBHOOK_DISPATCHER: 'false' });
});
afterAll(() => app.close());
beforeEach(async () => {
  erp = await givenErp(app);
  endpoint = await givenEndpoint(erp, 'supplier.created');
  since = await nextInstant();
  for (const prefix of ['A', 'B'])
    await erp.client.post('/suppliers', { suppliers: suppliers(EVENTS / 2, prefix) });
});
afterEach(checkAndCloseEndpoints);

/** When each waiting event is due, the earliest first, in milliseconds since 1970. */
async function dueTimes(): Promise<number[]> {
  const rows = await app.database.select<{ due_at: string }>(
    `SELECT due_at FROM webhook_deliveries WHERE webhook_id = ? AND status = 'PENDING' ORDER BY due_at`,
    [endpoint.id],
  );
  return rows.map(({ due_at: dueAt }) => Date.parse(`${dueAt.replace(' ', 'T')}Z`));
}

const leastGap = (times: number[]): number =>
  Math.min(...times.slice(1).map((time, index) => time - (times[index] as number)));

it('replays and redeliveries together keep an endpoint within 100 events a second', async () => {
  const replays = await Promise.all([1, 2].map(() => endpoint.hooks.replay(endpoint.id, { since })));
  for (const { status, body } of replays) expect([status, body]).toEqual([202, { queued: EVENTS }]);
  const { body } = await endpoint.hooks.deliveries(endpoint.id);
  const ids = (body.deliveries as { id: string }[]).map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(10);
  const again = await Promise.all(ids.map((id) => endpoint.hooks.redeliver(endpoint.id, id)));
  expect(new Set(again.map(({ status }) => status))).toEqual(new Set([202]));
  const times = await dueTimes();
  expect(times).toHaveLength(EVENTS);
  expect(leastGap(times)).toBeGreaterThanOrEqual(MIN_GAP_MS);
});

it('what waits to be sent again keeps its time when it is asked for once more, and takes no new one', async () => {
  await endpoint.hooks.replay(endpoint.id, { since });
  const before = await dueTimes();
  for (const { status, body } of await Promise.all(
    [1, 2, 3].map(() => endpoint.hooks.replay(endpoint.id, { since })),
  ))
    expect([status, body]).toEqual([202, { queued: EVENTS }]);
  const [{ id }] = (await endpoint.hooks.deliveries(endpoint.id)).body.deliveries as [{ id: string }];
  expect((await endpoint.hooks.redeliver(endpoint.id, id)).body).toEqual({ queued: 1 });
  expect(await dueTimes()).toEqual(before);
  await erp.client.post('/suppliers', { suppliers: [supplier()] });
  expect((await endpoint.hooks.replay(endpoint.id, { since })).body).toEqual({ queued: EVENTS + 1 });
  const [last, beforeLast] = (await dueTimes()).reverse() as [number, number];
  expect(last - beforeLast).toBe(MIN_GAP_MS);
});

it('of replays at once whose windows overlap, each event takes one time', async () => {
  const later = await nextInstant();
  await erp.client.post('/suppliers', { suppliers: suppliers(100, 'LATER') });
  const until = await nextInstant();
  await erp.client.post('/suppliers', { suppliers: suppliers(100, 'LAST') });
  const replays = await Promise.all([
    endpoint.hooks.replay(endpoint.id, { since, until }),
    endpoint.hooks.replay(endpoint.id, { since: later }),
  ]);
  expect(replays.map(({ body }) => body)).toEqual([{ queued: EVENTS + 100 }, { queued: 200 }]);
  const times = await dueTimes();
  expect(times).toHaveLength(EVENTS + 200);
  expect(leastGap(times)).toBe(MIN_GAP_MS);
  expect((times.at(-1) as number) - (times[0] as number)).toBe((times.length - 1) * MIN_GAP_MS);
});

it('no more is queued while what waits takes longer than an hour', async () => {
  await endpoint.hooks.replay(endpoint.id, { since });
  await app.database.write('UPDATE webhook_resends SET ends_at = ? WHERE webhook_id = ?', [
    new Date(Date.now() + 61 * 60_000).toISOString().replace('T', ' ').replace('Z', ''),
    endpoint.id,
  ]);
  expect((await endpoint.hooks.replay(endpoint.id, { since })).body).toEqual({ queued: EVENTS });
  await erp.client.post('/suppliers', { suppliers: [supplier()] });
  const refused = await endpoint.hooks.replay(endpoint.id, { since });
  expectError(refused, 429, 'RATE_LIMIT_EXCEEDED');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});
