import type { TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, suppliers } from '../../support/app/factories.js';
import { until } from '../../support/processes/processes.js';
import type { Received } from '../../support/webhooks/receiver.js';
import { checkAndCloseEndpoints, verifies } from '../../support/webhooks/webhook-checks.js';
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

  it.each([200, 201, 204, 299])('has not failed where the answer was %d', async (status) => {
    endpoint.receiver.answers(status);
    await cause();
    expect(await endpoint.settled(1)).toMatchObject([{ status: 'SUCCEEDED', attempts: [{}] }]);
  });

  it.each([300, 304, 400, 401, 404, 500, 502])('has failed where the answer was %d', async (status) => {
    endpoint.receiver.answers(status, 200);
    await cause();
    await endpoint.receiver.next(2);
    const [delivery] = await endpoint.settled(1);
    expect(delivery?.attempts.map(({ statusCode }) => statusCode)).toEqual([status, 200]);
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

describe('the waits between the attempts', () => {
  const STEP_MS = 1_300;
  /** Each wait is up to a tenth shorter or longer than its step. */
  const LEAST_MS = STEP_MS * 0.9;
  /** What a busy machine may add. */
  const LATE_MS = 1_500;
  let slow: TestApp;
  beforeAll(async () => {
    slow = await startHookApp({ WEBHOOK_RETRY_SECONDS: '1.3,1.3,1.3' });
  });
  afterAll(() => slow.close());
  beforeEach(async () => {
    erp = await givenErp(slow);
    endpoint = await givenEndpoint(erp, 'supplier.created');
  });

  /** How long after the first the second attempt came, where the first was answered like this. */
  async function waitAfter(status: number, retryAfter?: string): Promise<number> {
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    endpoint.receiver.answers({ status, headers }, 200);
    await cause();
    const [first, second] = (await endpoint.receiver.next(2)) as [Received, Received];
    return second.at - first.at;
  }

  it('are those of the schedule, and each attempt is signed at its own time', async () => {
    const waited = await waitAfter(500);
    expect(waited).toBeGreaterThanOrEqual(LEAST_MS);
    expect(waited).toBeLessThan(STEP_MS * 1.1 + LATE_MS);
    const [first, second] = endpoint.receiver.requests as [Received, Received];
    const signedAt = (request: Received): number => Number(request.headers['webhook-timestamp']);
    expect(signedAt(second)).toBeGreaterThan(signedAt(first));
    expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
    expect([first, second].map((request) => verifies(request, endpoint.secret))).toEqual([true, true]);
  });

  it('are announced in the log', async () => {
    endpoint.receiver.answers(500, 200);
    await cause();
    const [first] = (await endpoint.receiver.next()) as [Received];
    let next = '';
    await until(async () => {
      const [delivery] = await endpoint.log();
      if (delivery?.attempts.length === 1) next = delivery.nextAttemptAt ?? '';
      return next !== '';
    });
    expect(Date.parse(next) - first.at).toBeGreaterThanOrEqual(LEAST_MS - 1);
    expect(Date.parse(next) - first.at).toBeLessThan(STEP_MS * 1.1 + LATE_MS);
    await endpoint.receiver.next();
  });

  it.each([429, 503])('are lengthened by the Retry-After of a %d', async (status) => {
    expect(await waitAfter(status, '2')).toBeGreaterThanOrEqual(2_000);
  });

  it('are lengthened by a Retry-After that is a date', async () => {
    const inThreeSeconds = new Date(Date.now() + 3_000).toUTCString();
    expect(await waitAfter(503, inThreeSeconds)).toBeGreaterThanOrEqual(STEP_MS * 1.1);
  });

  it('are never longer than twice the step, whatever Retry-After says', async () => {
    const waited = await waitAfter(503, '86400');
    expect(waited).toBeGreaterThanOrEqual(LEAST_MS);
    expect(waited).toBeLessThan(STEP_MS * 2 * 1.1 + LATE_MS);
  });

  it.each(['soon', '-5', '0', '1e9', ''])('are not changed by a Retry-After of "%s"', async (retryAfter) => {
    const waited = await waitAfter(503, retryAfter);
    expect(waited).toBeGreaterThanOrEqual(LEAST_MS);
    expect(waited).toBeLessThan(STEP_MS * 1.1 + LATE_MS);
  });

  it('are not changed by the Retry-After of another answer', async () => {
    expect(await waitAfter(500, '86400')).toBeLessThan(STEP_MS * 1.1 + LATE_MS);
  });
});
