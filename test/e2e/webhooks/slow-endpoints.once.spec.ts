import type { TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, suppliers } from '../../support/app/factories.js';
import { type Received, startReceiver } from '../../support/webhooks/receiver.js';
import { type Behaviour, redirectTo } from '../../support/webhooks/receiver-behaviour.js';
import { checkAndCloseEndpoints } from '../../support/webhooks/webhook-checks.js';
import {
  type Delivery,
  type Endpoint,
  eventOf,
  givenEndpoint,
  startHookApp,
} from '../../support/webhooks/webhooks.js';
import { expectInTime } from '../../support/waiting/measured.js';

/** A healthy endpoint has its event sooner than it would if it had to wait for a single exchange of another's. */
const PROMISED_MS = 9_000;
/** So long one exchange may take. */
const TIMEOUT_MS = 10_000;

let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  app = await startHookApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  erp = await givenErp(app);
});
afterEach(checkAndCloseEndpoints);

async function givenBad(how: Behaviour): Promise<Endpoint> {
  const endpoint = await givenEndpoint(erp, 'supplier.created');
  endpoint.receiver.answers(how);
  return endpoint;
}

const write = (events: number, prefix: string): Promise<unknown> =>
  erp.client.post('/suppliers', { suppliers: suppliers(events, prefix) });

/** Writes in several calls, and gives back how long after its write each event reached the endpoint, at most. */
async function slowestOf({ receiver }: Endpoint, calls: number, events: number): Promise<number> {
  const waits: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    await write(events, `CALL${call}`);
    const written = Date.now();
    const requests = await receiver.next(events);
    waits.push(...requests.map(({ at }) => at - written));
  }
  return Math.max(...waits);
}

describe('a healthy endpoint', () => {
  it.each<[string, Behaviour]>([
    ['hang', 'hangs'],
    ['drip', 'drips'],
    ['answer without end', 'never ends'],
    ['close in mid-answer', 'closes mid-answer'],
    ['close at once', 'closes'],
  ])('has its events beside ten that %s', async (_, how) => {
    const bad = await Promise.all(Array.from({ length: 10 }, () => givenBad(how)));
    const healthy = await givenEndpoint(erp, 'supplier.created');
    expectInTime(await slowestOf(healthy, 3, 5), PROMISED_MS);
    await Promise.all(bad.map(({ receiver }) => receiver.nth(1)));
  });

  it('has its events beside one that hangs and has a great queue', async () => {
    const bad = await givenBad('hangs');
    await write(500, 'QUEUE');
    await bad.receiver.next();
    const healthy = await givenEndpoint(erp, 'supplier.created');
    expectInTime(await slowestOf(healthy, 3, 5), PROMISED_MS);
  });

  it('of another company has its events beside it too', async () => {
    const bad = await Promise.all(Array.from({ length: 5 }, () => givenBad('hangs')));
    await write(100, 'QUEUE');
    await bad[0]?.receiver.next();
    erp = await givenErp(app);
    const healthy = await givenEndpoint(erp, 'supplier.created');
    expectInTime(await slowestOf(healthy, 3, 5), PROMISED_MS);
  });
});

describe('an endpoint', () => {
  it('that redirects has failed, and where it points to hears nothing', async () => {
    const elsewhere = await startReceiver();
    const endpoint = await givenBad(redirectTo(elsewhere.url));
    await write(1, 'S');
    const [delivery] = await endpoint.settled(1);
    expect(delivery).toMatchObject({ status: 'FAILED', attempts: Array(4).fill({ statusCode: 302 }) });
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
  });

  it('that answers 200 without end has its event; of the answer the beginning is kept', async () => {
    const endpoint = await givenBad('never ends');
    await write(1, 'S');
    const [delivery] = await endpoint.settled(1);
    expect(delivery).toMatchObject({ status: 'SUCCEEDED', attempts: [{ statusCode: 200 }] });
    expect(delivery?.attempts[0]?.answer).toMatch(/^\.{500,1024}$/);
    expectInTime(delivery?.attempts[0]?.durationMs as number, TIMEOUT_MS);
  });

  it('that closes in mid-answer has failed', async () => {
    const endpoint = await givenBad('closes mid-answer');
    await write(1, 'S');
    expect(await endpoint.settled(1)).toMatchObject([{ status: 'FAILED' }]);
  });
});

describe('an exchange that takes longer than ten seconds', () => {
  const attemptOf = ([delivery]: Delivery[]) => delivery?.attempts[0];

  // Both at once, because each takes the whole ten seconds.
  it('is given up and tried again, where the endpoint hangs or drips', async () => {
    const bad = await Promise.all([givenBad('hangs'), givenBad('drips')]);
    await write(1, 'S');
    for (const endpoint of bad) {
      const [first, second] = (await endpoint.receiver.next(2)) as [Received, Received];
      const took = second.at - first.at;
      expect(took).toBeGreaterThanOrEqual(TIMEOUT_MS * 0.95);
      expectInTime(took, TIMEOUT_MS + PROMISED_MS);
      expect(eventOf(second)).toEqual(eventOf(first));
      const attempt = attemptOf(await endpoint.log());
      expect(attempt?.error).toMatch(/10 s|time/i);
      expect(attempt?.durationMs).toBeGreaterThanOrEqual(TIMEOUT_MS * 0.95);
    }
  }, 40_000);
});
