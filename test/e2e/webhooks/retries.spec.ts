import type { TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, suppliers } from '../../support/app/factories.js';
import type { Received } from '../../support/webhooks/receiver.js';
import { checkAndCloseEndpoints } from '../../support/webhooks/webhook-checks.js';
import { ATTEMPTS, type Endpoint, givenEndpoint, startHookApp } from '../../support/webhooks/webhooks.js';

let quick: TestApp;
let erp: Erp;
let endpoint: Endpoint;
beforeAll(async () => {
  quick = await startHookApp();
});
afterAll(() => quick.close());
beforeEach(async () => {
  erp = await givenErp(quick);
  endpoint = await givenEndpoint(erp, 'supplier.created');
});
afterEach(checkAndCloseEndpoints);

let serial = 0;
/** Causes so many events. */
const cause = (events = 1): Promise<unknown> =>
  erp.client.post('/suppliers', { suppliers: suppliers(events, `R${(serial += 1)}`) });

const idsOf = (requests: Received[]): Set<unknown> =>
  new Set(requests.map(({ headers }) => headers['webhook-id']));

describe('a failed delivery', () => {
  it('is tried again until it succeeds, under the same event id and with the same body', async () => {
    endpoint.receiver.answers(500, 404, 200);
    await cause();
    const requests = await endpoint.receiver.next(3);
    expect(idsOf(requests).size).toBe(1);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    const [delivery] = await endpoint.settled(1);
    expect(delivery).toMatchObject({ status: 'SUCCEEDED', nextAttemptAt: null });
    expect(delivery?.attempts.map(({ statusCode }) => statusCode)).toEqual([500, 404, 200]);
    expect(endpoint.receiver.requests).toHaveLength(3);
  });

  it('is given up once all retries are spent, and counts', async () => {
    endpoint.receiver.answers(500);
    await cause();
    expect(idsOf(await endpoint.receiver.next(ATTEMPTS)).size).toBe(1);
    const [delivery] = await endpoint.settled(1);
    expect(delivery).toMatchObject({ status: 'FAILED', nextAttemptAt: null });
    expect(delivery?.attempts.map(({ statusCode }) => statusCode)).toEqual(Array(ATTEMPTS).fill(500));
    expect(await endpoint.state()).toMatchObject({ active: true, failureCount: 1, lastDeliveredAt: null });
    expect(endpoint.receiver.requests).toHaveLength(ATTEMPTS);
  });

  it('counts no more once another was delivered', async () => {
    endpoint.receiver.answers(500);
    await cause(2);
    await endpoint.settled(2);
    expect(await endpoint.state()).toMatchObject({ failureCount: 2 });
    endpoint.receiver.answers(200);
    await cause();
    await endpoint.settled(3);
    expect(await endpoint.state()).toMatchObject({ failureCount: 0, active: true });
  });

  it('does not hold up the events after it', async () => {
    let first: unknown;
    endpoint.receiver.answers(({ headers }) => {
      first ??= headers['webhook-id'];
      return headers['webhook-id'] === first ? 500 : 200;
    });
    await cause(10);
    const log = await endpoint.settled(10);
    expect(log.filter(({ status }) => status === 'FAILED').map(({ eventId }) => eventId)).toEqual([first]);
    expect(log.filter(({ status }) => status === 'SUCCEEDED')).toHaveLength(9);
  });
});
