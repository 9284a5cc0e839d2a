import type { TestApp } from '../../support/app/app.js';
import { expectError } from '../../support/http/expect-error.js';
import { type Erp, givenErp, type Row, suppliers } from '../../support/app/factories.js';
import { until } from '../../support/processes/processes.js';
import { sized } from '../../support/waiting/measured.js';
import { nextInstant } from '../../support/records/records.js';
import { checkAndCloseEndpoints, expectRefused, TIME } from '../../support/webhooks/webhook-checks.js';
import {
  type Attempt,
  ATTEMPTS,
  type Delivery,
  type Endpoint,
  givenEndpoint,
  startHookApp,
} from '../../support/webhooks/webhooks.js';

/** Of an answer the log keeps so much. */
const KEPT_BYTES = 1024;
/** More than two pages. */
const MANY = sized(120, 500);

let app: TestApp;
let erp: Erp;
let endpoint: Endpoint;
beforeAll(async () => {
  app = await startHookApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  erp = await givenErp(app);
  endpoint = await givenEndpoint(erp, 'supplier.created');
});
afterEach(checkAndCloseEndpoints);

const write = (events: number, prefix: string): Promise<unknown> =>
  erp.client.post('/suppliers', { suppliers: suppliers(events, prefix) });

/** One event that was delivered, and one that was given up. */
async function givenBoth(): Promise<{ good: Delivery; bad: Delivery }> {
  await write(1, 'GOOD');
  const [good] = await endpoint.settled(1);
  endpoint.receiver.answers(500);
  await write(1, 'BAD');
  const bad = (await endpoint.settled(2)).find(({ status }) => status === 'FAILED');
  endpoint.receiver.answers(200);
  return { good: good as Delivery, bad: bad as Delivery };
}

describe('the delivery log', () => {
  it('shows a delivery with its attempt', async () => {
    endpoint.receiver.answers({ status: 201, body: 'thank you' });
    await write(1, 'S');
    const [request] = await endpoint.receiver.next();
    await endpoint.settled(1);
    const { status, body } = await endpoint.hooks.deliveries(endpoint.id);
    expect(status).toBe(200);
    expect(body).toEqual({
      deliveries: [
        {
          id: expect.stringMatching(/^\w+$/),
          eventId: request?.headers['webhook-id'],
          event: 'supplier.created',
          status: 'SUCCEEDED',
          reason: null,
          createdAt: TIME,
          nextAttemptAt: null,
          attempts: [
            { at: TIME, statusCode: 201, durationMs: expect.any(Number), answer: 'thank you', error: null },
          ],
        },
      ],
      nextCursor: null,
    });
  });

  it('is empty before the first event', async () => {
    const { body } = await endpoint.hooks.deliveries(endpoint.id);
    expect(body).toEqual({ deliveries: [], nextCursor: null });
  });

  it('keeps each attempt with its status and time, the first one first', async () => {
    endpoint.receiver.answers(
      { status: 500, body: 'first' },
      { status: 404, body: 'second' },
      { status: 200, body: 'third' },
    );
    await write(1, 'S');
    const [delivery] = await endpoint.settled(1);
    const attempts = delivery?.attempts ?? [];
    expect(attempts.map(({ statusCode, answer }) => [statusCode, answer])).toEqual([
      [500, 'first'],
      [404, 'second'],
      [200, 'third'],
    ]);
    const times = attempts.map(({ at }) => Date.parse(at));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(attempts.every(({ durationMs }) => durationMs >= 0 && durationMs < 10_000)).toBe(true);
  });

  it('keeps the beginning of a long answer, as text', async () => {
    endpoint.receiver.answers({ status: 200, body: 'é'.repeat(40_000) });
    await write(1, 'S');
    const [delivery] = await endpoint.settled(1);
    const answer = delivery?.attempts[0]?.answer ?? '';
    expect(answer).toMatch(/^é{100}/);
    expect(Buffer.byteLength(answer)).toBeLessThanOrEqual(KEPT_BYTES + 3);
    expect(delivery?.status).toBe('SUCCEEDED');
  });

  it('shows an answer of control characters without breaking', async () => {
    endpoint.receiver.answers({ status: 200, body: '\0\u0001\u001b[2JA' });
    await write(1, 'S');
    const [delivery] = await endpoint.settled(1);
    expect(delivery?.status).toBe('SUCCEEDED');
    expect(delivery?.attempts[0]?.answer).toMatch(/A$/);
    expect(delivery?.attempts[0]?.answer).not.toContain('\0');
  });

  it('says why an endpoint could not be reached, and nothing of addresses', async () => {
    await endpoint.receiver.close();
    await write(1, 'S');
    const [delivery] = await endpoint.settled(1);
    expect(delivery).toMatchObject({ status: 'FAILED' });
    expect(delivery?.attempts).toHaveLength(ATTEMPTS);
    const [attempt] = delivery?.attempts ?? [];
    expect(attempt).toMatchObject({ statusCode: null, error: expect.stringMatching(/refused/i) });
    expect(attempt?.error).not.toMatch(/127\.0\.0\.1|ECONN/);
  });

  it('says that an answer was cut off', async () => {
    endpoint.receiver.answers('closes mid-answer');
    await write(1, 'S');
    const [delivery] = await endpoint.settled(1);
    expect(delivery).toMatchObject({ status: 'FAILED' });
    expect(delivery?.attempts[0]?.error).toMatch(/closed|cut|end/i);
  });

  it('is filtered by status', async () => {
    const { good, bad } = await givenBoth();
    expect(await endpoint.log({ status: 'SUCCEEDED' })).toEqual([good]);
    expect(await endpoint.log({ status: 'FAILED' })).toEqual([bad]);
    expect(await endpoint.log({ status: 'PENDING' })).toEqual([]);
  });

  it('is filtered by time', async () => {
    await write(2, 'BEFORE');
    await endpoint.settled(2);
    const since = await nextInstant();
    await write(3, 'AFTER');
    await endpoint.settled(5);
    expect(await endpoint.log({ since })).toHaveLength(3);
    expect(await endpoint.log({ since, status: 'FAILED' })).toEqual([]);
    expect(await endpoint.log({ since: '2020-01-01' })).toHaveLength(5);
  });

  it('pages by cursor, the latest first, each delivery once', async () => {
    await write(MANY, 'MANY');
    const log = await endpoint.settled(MANY);
    expect(new Set(log.map(({ id }) => id)).size).toBe(MANY);
    const times = log.map(({ createdAt }) => Date.parse(createdAt));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    const { body } = await endpoint.hooks.deliveries(endpoint.id);
    expect((body.deliveries as unknown[]).length).toBeLessThan(MANY);
    expect(body.nextCursor).toEqual(expect.any(String));
    expect(await endpoint.log({ status: 'SUCCEEDED' })).toHaveLength(MANY);
  });

  it.each([
    ['?status=DONE', 'status'],
    ['?status=failed', 'status'],
    ['?since=yesterday', 'since'],
    ['?cursor=nonsense', 'cursor'],
    ['?event=supplier.created', 'event'],
  ])('refuses %s', async (query, path) => {
    expectRefused(await endpoint.hooks.deliveries(endpoint.id, query), path);
  });

  it('shows one endpoint nothing of another', async () => {
    const other = await givenEndpoint(erp, 'supplier.deleted');
    await write(2, 'S');
    await endpoint.settled(2);
    expect(await other.log()).toEqual([]);
  });

  it('holds no secret', async () => {
    await givenBoth();
    const log = JSON.stringify(await endpoint.log());
    expect(log).not.toContain('whsec_');
    expect(app.log.join('\n')).not.toContain(endpoint.secret);
  });
});

describe('sending a delivery again', () => {
  /** Every attempt at the event of a delivery. */
  const attemptsAt = (log: Delivery[], { eventId }: Delivery): Attempt[] =>
    log.filter((delivery) => delivery.eventId === eventId).flatMap(({ attempts }) => attempts);

  it.each(['good', 'bad'] as const)('answers 202 and brings the %s event under its id', async (which) => {
    const delivery = (await givenBoth())[which];
    const before = endpoint.receiver.requests.length;
    await endpoint.receiver.next(before);
    const { status } = await endpoint.hooks.redeliver(endpoint.id, delivery.id);
    expect(status).toBe(202);
    const [request] = await endpoint.receiver.next();
    expect(request?.headers['webhook-id']).toBe(delivery.eventId);
    const first = endpoint.receiver.requests.find(
      ({ headers }) => headers['webhook-id'] === delivery.eventId,
    );
    expect(request?.body).toBe(first?.body);
    const attempts = delivery.attempts.length + 1;
    await until(async () => attemptsAt(await endpoint.log(), delivery).length === attempts);
    const after = await endpoint.log({ status: 'SUCCEEDED' });
    expect(after.map(({ eventId }) => eventId)).toContain(delivery.eventId);
  });

  it('answers 404 for a delivery that is not the endpoint’s', async () => {
    const other = await givenEndpoint(erp, 'sync.completed');
    await write(1, 'S');
    const [[theirs]] = [await other.settled(1), await endpoint.settled(1)];
    const call = (id: string) => endpoint.hooks.redeliver(endpoint.id, id);
    expectError(await call((theirs as Delivery).id), 404, 'NOT_FOUND');
    expectError(await call('nonsense'), 404, 'NOT_FOUND');
    expect(endpoint.receiver.requests).toHaveLength(1);
  });
});

describe('replay', () => {
  let start: string;
  let middle: string;
  beforeEach(async () => {
    start = await nextInstant();
    await write(2, 'OLD');
    await endpoint.settled(2);
    middle = await nextInstant();
    endpoint.receiver.answers(500);
    await write(1, 'BAD');
    await endpoint.settled(3);
    endpoint.receiver.answers(200);
    await write(1, 'NEW');
    await endpoint.settled(4);
    await endpoint.receiver.next(endpoint.receiver.requests.length);
  });

  it.each<[string, (at: { start: string; middle: string }) => Row, string[]]>([
    ['all since a time', (at) => ({ since: at.start }), ['BAD-0', 'NEW-0', 'OLD-0', 'OLD-1']],
    ['those of a later time', (at) => ({ since: at.middle }), ['BAD-0', 'NEW-0']],
    ['those of a window', (at) => ({ since: at.start, until: at.middle }), ['OLD-0', 'OLD-1']],
    ['the failed ones', (at) => ({ since: at.start, status: 'failed' }), ['BAD-0']],
  ])('queues %s', async (_, body, told) => {
    const answer = await endpoint.hooks.replay(endpoint.id, body({ start, middle }));
    expect([answer.status, answer.body]).toEqual([202, { queued: told.length }]);
    const requests = await endpoint.receiver.next(told.length);
    const names = requests.map(({ body: text }) => (JSON.parse(text) as { data: Row }).data['externalId']);
    expect(names.sort()).toEqual(told);
    const ids = new Set((await endpoint.log()).map(({ eventId }) => eventId));
    expect(requests.filter(({ headers }) => !ids.has(headers['webhook-id'] as string))).toEqual([]);
  });

  it('queues none where nothing matches', async () => {
    const answer = await endpoint.hooks.replay(endpoint.id, { since: await nextInstant() });
    expect([answer.status, answer.body]).toEqual([202, { queued: 0 }]);
    const failed = { since: start, until: middle, status: 'failed' };
    expect((await endpoint.hooks.replay(endpoint.id, failed)).body).toEqual({ queued: 0 });
  });

  it.each<[Row, string]>([
    [{}, 'since'],
    [{ since: 'yesterday' }, 'since'],
    [{ since: '2026-01-01', until: 'today' }, 'until'],
    [{ since: '2026-01-02', until: '2026-01-01' }, 'until'],
    [{ since: '2099-01-01' }, 'since'],
    [{ since: '2026-01-01', status: 'succeeded' }, 'status'],
    [{ since: '2026-01-01', events: ['supplier.created'] }, 'events'],
  ])('refuses %j', async (body, path) => {
    expectRefused(await endpoint.hooks.replay(endpoint.id, body), path);
  });
});
