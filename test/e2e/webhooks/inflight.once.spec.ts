import type { TestApp } from '../../support/app/app.js';
import type { Answer } from '../../support/http/client.js';
import { expectError } from '../../support/http/expect-error.js';
import { type Erp, givenErp, suppliers } from '../../support/app/factories.js';
import { type Signal, newSignal } from '../../support/waiting/signal.js';
import { startReceiver } from '../../support/webhooks/receiver.js';
import { checkAndCloseEndpoints } from '../../support/webhooks/webhook-checks.js';
import { ATTEMPTS, type Endpoint, givenEndpoint, startHookApp } from '../../support/webhooks/webhooks.js';

const ERROR_LEVEL = 50;

let app: TestApp;
let erp: Erp;
/** The one that the tests take away while it holds a delivery. */
let endpoint: Endpoint;
/** Treated alike but left alone: once its retries are spent, those of the other would have come too. */
let witness: Endpoint;
let held: Signal;
beforeAll(async () => {
  app = await startHookApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  erp = await givenErp(app);
  [endpoint, witness] = [
    await givenEndpoint(erp, 'supplier.created'),
    await givenEndpoint(erp, 'supplier.created'),
  ];
  held = newSignal();
});
afterEach(checkAndCloseEndpoints);

/** Both receivers have one delivery in their hands; it will end with this status once the signal is sent. */
async function givenInFlight(status: number): Promise<void> {
  for (const { receiver } of [endpoint, witness]) receiver.answers(() => held.received.then(() => status));
  await erp.client.post('/suppliers', { suppliers: suppliers(1, 'S') });
  await Promise.all([endpoint.receiver.next(), witness.receiver.next()]);
}

/** Asserts that the product is well and sends on. */
async function expectWell(): Promise<void> {
  const errors = app.log.filter((line) => (JSON.parse(line) as { level: number }).level >= ERROR_LEVEL);
  expect(errors).toEqual([]);
  witness.receiver.answers(200);
  const before = (await witness.log()).length;
  await erp.client.post('/suppliers', { suppliers: suppliers(1, 'T') });
  expect((await witness.settled(before + 1))[0]?.status).toBe('SUCCEEDED');
}

describe.each<[string, () => Promise<Answer>]>([
  ['removed', () => endpoint.hooks.remove(endpoint.id)],
  ['disabled', () => endpoint.hooks.change(endpoint.id, { active: false })],
])('an endpoint that is %s while a delivery is on its way', (_, takeAway) => {
  it('gets no further attempt when that one fails', async () => {
    await givenInFlight(500);
    expect((await takeAway()).status).toBeLessThan(300);
    held.send();
    expect((await witness.settled(1))[0]?.attempts).toHaveLength(ATTEMPTS);
    expect(endpoint.receiver.requests).toHaveLength(1);
    await expectWell();
  });

  it('gets nothing more either when that one succeeds', async () => {
    await givenInFlight(200);
    await takeAway();
    held.send();
    await witness.settled(1);
    await expectWell();
    expect(endpoint.receiver.requests).toHaveLength(1);
  });

  it('gets no more of a queue than what was on its way', async () => {
    for (const { receiver } of [endpoint, witness]) receiver.answers(() => held.received.then(() => 200));
    await erp.client.post('/suppliers', { suppliers: suppliers(300, 'QUEUE') });
    await endpoint.receiver.next();
    await takeAway();
    held.send();
    await witness.settled(300);
    await expectWell();
    expect(endpoint.receiver.requests.length).toBeLessThan(300);
  });
});

describe('an endpoint whose delivery is on its way', () => {
  it('can be removed for good: nothing of it can be read, nothing is left to be sent', async () => {
    await givenInFlight(500);
    await endpoint.hooks.remove(endpoint.id);
    held.send();
    await witness.settled(1);
    expectError(await endpoint.hooks.deliveries(endpoint.id), 404, 'NOT_FOUND');
    expectError(
      await endpoint.hooks.replay(endpoint.id, { since: '2026-01-01T00:00:00Z' }),
      404,
      'NOT_FOUND',
    );
  });

  it('goes on where it was when it is disabled and enabled again, by replay', async () => {
    await givenInFlight(500);
    await endpoint.hooks.change(endpoint.id, { active: false });
    held.send();
    await witness.settled(1);
    endpoint.receiver.answers(200);
    await endpoint.hooks.change(endpoint.id, { active: true });
    await endpoint.hooks.replay(endpoint.id, { since: new Date(Date.now() - 600_000).toISOString() });
    const [again] = await endpoint.receiver.next();
    const [first] = endpoint.receiver.requests;
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    await expectWell();
  });

  it('takes its retry to a new address when that changes meanwhile', async () => {
    await givenInFlight(500);
    const elsewhere = await startReceiver();
    await endpoint.hooks.change(endpoint.id, { url: elsewhere.url });
    held.send();
    const [moved] = await elsewhere.next();
    await elsewhere.close();
    const [first] = endpoint.receiver.requests;
    expect(moved?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(endpoint.receiver.requests).toHaveLength(1);
  });
});
