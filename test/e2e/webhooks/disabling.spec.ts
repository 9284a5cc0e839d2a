import type { TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, type Row, suppliers } from '../../support/app/factories.js';
import { until } from '../../support/processes/processes.js';
import { nextInstant } from '../../support/records/records.js';
import { checkAndCloseEndpoints, TIME } from '../../support/webhooks/webhook-checks.js';
import {
  ATTEMPTS,
  DISABLED_AFTER,
  type Endpoint,
  eventOf,
  givenEndpoint,
  startHookApp,
} from '../../support/webhooks/webhooks.js';

let app: TestApp;
let erp: Erp;
let endpoint: Endpoint;
/** Subscribed to the same, and always well: what reached it has been sent out. */
let healthy: Endpoint;
beforeAll(async () => {
  app = await startHookApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  erp = await givenErp(app);
  endpoint = await givenEndpoint(erp, 'supplier.created');
  healthy = await givenEndpoint(erp, 'supplier.created');
});
afterEach(checkAndCloseEndpoints);

async function cause(events: number, prefix: string): Promise<void> {
  await erp.client.post('/suppliers', { suppliers: suppliers(events, prefix) });
  await healthy.receiver.next(events);
}

const untilDisabled = (): Promise<void> => until(async () => (await endpoint.state())['active'] === false);

/** What the integration's sync log tells of the endpoint. */
async function logged(): Promise<Row[]> {
  const { body } = await erp.client.get('/sync-logs?status=ERROR');
  return (body.data as Row[]).filter((log) => JSON.stringify(log).includes(endpoint.id));
}

const toldBy = (deliveries: number): Promise<string[]> =>
  endpoint.receiver
    .next(deliveries)
    .then((requests) => requests.map((request) => eventOf(request).data['externalId'] as string).sort());

describe(`an endpoint of which ${DISABLED_AFTER} events in a row were given up`, () => {
  beforeEach(async () => {
    endpoint.receiver.answers(500);
    await cause(DISABLED_AFTER, 'LOST');
    await untilDisabled();
  });

  it('is disabled with a reason, and the sync log tells of it once', async () => {
    const { disabledAt, disabledReason, failureCount, active } = await endpoint.state();
    expect([active, failureCount, disabledAt]).toEqual([false, DISABLED_AFTER, TIME]);
    expect(disabledReason).toMatch(/\b10\b/);
    expect(await logged()).toHaveLength(1);
    const log = await endpoint.settled(DISABLED_AFTER);
    expect(log.map(({ status }) => status)).toEqual(Array(DISABLED_AFTER).fill('FAILED'));
    expect(endpoint.receiver.requests).toHaveLength(DISABLED_AFTER * ATTEMPTS);
  });

  it('is sent nothing until it is enabled, and then what is new', async () => {
    await endpoint.receiver.next(DISABLED_AFTER * ATTEMPTS);
    await cause(3, 'MEANWHILE');
    endpoint.receiver.answers(200);
    const { status, body } = await endpoint.hooks.change(endpoint.id, { active: true });
    expect(status).toBe(200);
    expect(body).toMatchObject({ active: true, failureCount: 0, disabledAt: null, disabledReason: null });
    await cause(1, 'NEW');
    expect(await toldBy(1)).toEqual(['NEW-0']);
    expect(endpoint.receiver.requests).toHaveLength(DISABLED_AFTER * ATTEMPTS + 1);
  });

  it('gets what it missed by replay, also what came while it was disabled', async () => {
    await endpoint.receiver.next(DISABLED_AFTER * ATTEMPTS);
    const since = await nextInstant();
    await cause(3, 'MEANWHILE');
    endpoint.receiver.answers(200);
    await endpoint.hooks.change(endpoint.id, { active: true });
    const meanwhile = await endpoint.hooks.replay(endpoint.id, { since });
    expect([meanwhile.status, meanwhile.body]).toEqual([202, { queued: 3 }]);
    expect(await toldBy(3)).toEqual(['MEANWHILE-0', 'MEANWHILE-1', 'MEANWHILE-2']);
    const failed = await endpoint.hooks.replay(endpoint.id, {
      since: new Date(Date.now() - 600_000).toISOString(),
      status: 'failed',
    });
    expect([failed.status, failed.body]).toEqual([202, { queued: DISABLED_AFTER }]);
    const lost = Array.from({ length: DISABLED_AFTER }, (_, index) => `LOST-${index}`);
    expect(await toldBy(DISABLED_AFTER)).toEqual(lost.sort());
  });

  it('is disabled again only after as many failures again', async () => {
    await endpoint.hooks.change(endpoint.id, { active: true });
    await cause(DISABLED_AFTER - 1, 'AGAIN');
    await endpoint.settled(2 * DISABLED_AFTER - 1);
    expect(await endpoint.state()).toMatchObject({ active: true, failureCount: DISABLED_AFTER - 1 });
    await cause(1, 'LAST');
    await untilDisabled();
    expect(await logged()).toHaveLength(2);
  });
});

describe('an endpoint that fails now and then', () => {
  it('stays enabled, however often, while one event in between is delivered', async () => {
    for (const round of [1, 2]) {
      endpoint.receiver.answers(500);
      await cause(DISABLED_AFTER - 1, `DOWN${round}`);
      await endpoint.settled(round * DISABLED_AFTER - 1);
      endpoint.receiver.answers(200);
      await cause(1, `UP${round}`);
      await endpoint.settled(round * DISABLED_AFTER);
    }
    expect(await endpoint.state()).toMatchObject({ active: true, failureCount: 0, disabledAt: null });
    expect(await logged()).toEqual([]);
  });
});

describe('an endpoint that answers 410', () => {
  it('is disabled at once, without a retry, and the sync log tells of it', async () => {
    endpoint.receiver.answers(410);
    await cause(1, 'GONE');
    await untilDisabled();
    const [delivery] = await endpoint.settled(1);
    expect(delivery).toMatchObject({ status: 'FAILED', attempts: [{ statusCode: 410 }] });
    const { disabledAt, disabledReason } = await endpoint.state();
    expect([disabledAt, disabledReason]).toEqual([TIME, expect.stringMatching(/410|gone/i)]);
    expect(await logged()).toHaveLength(1);
    await cause(1, 'LATER');
    expect(endpoint.receiver.requests).toHaveLength(1);
  });

  it('does so to no other endpoint', async () => {
    endpoint.receiver.answers(410);
    await cause(1, 'GONE');
    await untilDisabled();
    expect(await healthy.state()).toMatchObject({ active: true, failureCount: 0, disabledReason: null });
  });
});
