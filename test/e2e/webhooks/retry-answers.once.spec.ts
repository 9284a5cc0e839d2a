import type { TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, suppliers } from '../../support/app/factories.js';
import { until } from '../../support/processes/processes.js';
import { expectInTime } from '../../support/waiting/measured.js';
import type { Received } from '../../support/webhooks/receiver.js';
import { checkAndCloseEndpoints, verifies } from '../../support/webhooks/webhook-checks.js';
import { type Endpoint, givenEndpoint, startHookApp } from '../../support/webhooks/webhooks.js';

let erp: Erp;
let endpoint: Endpoint;
afterEach(checkAndCloseEndpoints);

let serial = 0;
/** Causes an event. */
const cause = (): Promise<unknown> =>
  erp.client.post('/suppliers', { suppliers: suppliers(1, `R${(serial += 1)}`) });

describe('a delivery', () => {
  let quick: TestApp;
  beforeAll(async () => {
    quick = await startHookApp();
  });
  afterAll(() => quick.close());
  beforeEach(async () => {
    erp = await givenErp(quick);
    endpoint = await givenEndpoint(erp, 'supplier.created');
  });

  it.each([200, 201, 204, 299])('has not failed where the answer was %d', async (status) => {
    endpoint.receiver.answers(status);
    await cause();
    expect(await endpoint.settled(1)).toMatchObject([{ status: 'SUCCEEDED', attempts: [{}] }]);
  });

  it('has not failed where interim answers came first; a test tells the same', async () => {
    endpoint.receiver.answers({ status: 200, interims: 3 });
    await cause();
    expect(await endpoint.settled(1)).toMatchObject([
      { status: 'SUCCEEDED', attempts: [{ statusCode: 200 }] },
    ]);
    expect((await endpoint.hooks.test(endpoint.id)).body).toMatchObject({ statusCode: 200, success: true });
  });

  it.each([300, 304, 400, 401, 404, 500, 502])('has failed where the answer was %d', async (status) => {
    endpoint.receiver.answers(status, 200);
    await cause();
    await endpoint.receiver.next(2);
    const [delivery] = await endpoint.settled(1);
    expect(delivery?.attempts.map(({ statusCode }) => statusCode)).toEqual([status, 200]);
  });
});

/** How long after the first attempt the second one came, where the first was answered like this. */
async function waitAfter(status: number, headers: Record<string, string> = {}): Promise<number> {
  endpoint.receiver.answers({ status, headers }, 200);
  await cause();
  const [first, second] = (await endpoint.receiver.next(2)) as [Received, Received];
  return second.at - first.at;
}

describe('the waits between the attempts', () => {
  const STEP_MS = 1_300;
  /** Each wait is up to a tenth shorter or longer than its step. */
  const MIN_MS = STEP_MS * 0.9;
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

  it('are those of the schedule, and each attempt is signed at its own time', async () => {
    const waited = await waitAfter(500);
    expect(waited).toBeGreaterThanOrEqual(MIN_MS);
    expectInTime(waited, STEP_MS * 1.1 + LATE_MS);
    const [first, second] = endpoint.receiver.requests as [Received, Received];
    const signedAt = (request: Received): number => Number(request.headers['webhook-timestamp']);
    expect(signedAt(second)).toBeGreaterThan(signedAt(first));
    expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
    expect([first, second].map((request) => verifies(request, endpoint.secret))).toEqual([true, true]);
  });

  it('are lengthened by a Retry-After', async () => {
    const waited = await waitAfter(503, { 'retry-after': '2' });
    expect(waited).toBeGreaterThanOrEqual(2_000);
    expectInTime(waited, STEP_MS * 2 * 1.1 + LATE_MS);
  });
});

describe('the waits that the log announces', () => {
  /** So long that it does not matter how busy the machine is. */
  const STEP_S = 1_300;
  const MIN_S = STEP_S * 0.9;
  const MAX_S = STEP_S * 1.1;
  const BUSY_S = 60;
  let patient: TestApp;
  beforeAll(async () => {
    patient = await startHookApp({ WEBHOOK_RETRY_SECONDS: `${STEP_S},${STEP_S},${STEP_S}` });
  });
  afterAll(() => patient.close());
  beforeEach(async () => {
    erp = await givenErp(patient);
    endpoint = await givenEndpoint(erp, 'supplier.created');
  });

  /** In seconds, after an attempt that was answered like this. */
  async function announcedAfter(status: number, retryAfter?: string): Promise<number> {
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    endpoint.receiver.answers({ status, headers });
    await cause();
    const first = await endpoint.receiver.nth(1);
    let next: string | null | undefined;
    await until(async () => {
      const [delivery] = await endpoint.log();
      if (delivery?.attempts.length === 1) next = delivery.nextAttemptAt;
      return Boolean(next);
    });
    return (Date.parse(next as string) - first.at) / 1000;
  }

  function expectUnchanged(announced: number): void {
    expect(announced).toBeGreaterThanOrEqual(MIN_S - 1);
    expect(announced).toBeLessThan(MAX_S + BUSY_S);
  }

  it('are those of the schedule', async () => {
    expectUnchanged(await announcedAfter(500));
  });

  it.each([429, 503])('are lengthened by the Retry-After of a %d', async (status) => {
    const announced = await announcedAfter(status, '2000');
    expect(announced).toBeGreaterThanOrEqual(1_999);
    expect(announced).toBeLessThan(STEP_S * 2 * 1.1 + BUSY_S);
  });

  it('are lengthened by a Retry-After that is a date', async () => {
    const date = new Date(Date.now() + 2_000_000).toUTCString();
    expect(await announcedAfter(503, date)).toBeGreaterThanOrEqual(MAX_S + BUSY_S);
  });

  it('are never longer than twice the step, whatever Retry-After says', async () => {
    const announced = await announcedAfter(503, '86400');
    expect(announced).toBeGreaterThanOrEqual(MIN_S);
    expect(announced).toBeLessThan(STEP_S * 2 * 1.1 + BUSY_S);
  });

  it.each(['soon', '-5', '0', '1e9', ''])('are not changed by a Retry-After of "%s"', async (retryAfter) => {
    expectUnchanged(await announcedAfter(503, retryAfter));
  });

  it('are not changed by the Retry-After of another answer', async () => {
    expectUnchanged(await announcedAfter(500, '86400'));
  });
});
