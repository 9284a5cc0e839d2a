import type { TestApp } from '../../support/app/app.js';
import { type Erp, supplier, suppliers } from '../../support/app/factories.js';
import { Client } from '../../support/http/client.js';
import { givenPerson, type Person } from '../../support/people/members.js';
import {
  killLeftServers,
  type ServerProcess,
  startServer,
  until,
  untilReady,
} from '../../support/processes/processes.js';
import { nextInstant } from '../../support/records/records.js';
import type { Received } from '../../support/webhooks/receiver.js';
import { checkAndCloseEndpoints } from '../../support/webhooks/webhook-checks.js';
import {
  type Endpoint,
  eventOf,
  givenEndpointOf,
  startHookApp,
  WEBHOOK_ENV,
  Webhooks,
} from '../../support/webhooks/webhooks.js';

const EVENTS = 300;
/** From one event that is sent again to the next. */
const EVERY_MS = 13;
const MAX_PER_SECOND = 100;
/** What left in one second may arrive in less of it on a busy machine. */
const TOLERANCE = 20;
/** What a process that is gone had claimed is claimed anew after a while. */
const TAKEOVER_MS = 60_000;

let app: TestApp;
let person: Person;
let erp: Erp;
let endpoint: Endpoint;
let since: string;
beforeAll(async () => {
  // Servers of their own send, so that they can be killed.
  app = await startHookApp({ WEBHOOK_DISPATCHER: 'false' });
});
afterAll(() => app.close());
beforeEach(async () => {
  person = await givenPerson(app);
  erp = person.erp;
  // Through the door that stays open while the integration is deactivated.
  const path = `/api/integrations/${erp.integrationId}/webhooks`;
  endpoint = await givenEndpointOf(new Webhooks(person.client, path), erp, 'supplier.created');
  since = await nextInstant();
});
afterEach(async () => {
  killLeftServers();
  await checkAndCloseEndpoints();
});

async function startSender(): Promise<ServerProcess> {
  const server = await startServer(app.env, WEBHOOK_ENV);
  await untilReady(server.url);
  return server;
}

/** Events that were delivered once. @returns the ids of the events. */
async function givenDelivered(): Promise<string[]> {
  await erp.client.post('/suppliers', { suppliers: suppliers(EVENTS, 'S') });
  await endpoint.receiver.next(EVENTS);
  return idsOf(await endpoint.settled(EVENTS).then(() => endpoint.receiver.requests)).sort();
}

const turn = (way: 'activate' | 'deactivate'): Promise<unknown> =>
  person.client.post(`/apiops/projects/${person.slug}/integrations/${erp.integrationId}/${way}/`);

const idsOf = (requests: Received[]): string[] =>
  requests.map(({ headers }) => headers['webhook-id'] as string);

/** What arrived beside the first deliveries. */
const resent = (): Received[] => endpoint.receiver.requests.slice(EVENTS);

const untilResent = (ids: string[]): Promise<void> =>
  endpoint.receiver.until(
    () => new Set(idsOf(resent())).size === ids.length,
    'every event again',
    TAKEOVER_MS,
  );

/** How many requests the fullest second has, by the receiver's clock. */
function mostInASecond(requests: Received[]): number {
  const times = requests.map(({ at }) => at).sort((a, b) => a - b);
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
}

const isAllDue = async (): Promise<boolean> =>
  (await endpoint.log({ status: 'PENDING' })).every(({ nextAttemptAt }) => nextAttemptAt === null);

it('what a replay left for later comes at the pace after a pause, and new events do not wait for it', async () => {
  // They pass the endpoint, and with it the pace, to each other.
  await Promise.all([startSender(), startSender()]);
  const ids = await givenDelivered();
  await endpoint.hooks.replay(endpoint.id, { since });
  await turn('deactivate');
  await until(isAllDue);
  const before = endpoint.receiver.requests.length;
  await turn('activate');
  await endpoint.receiver.nth(before);
  await erp.client.post('/suppliers', { suppliers: [supplier({ externalId: 'NEW' })] });
  const isNew = (request: Received): boolean => eventOf(request).data['externalId'] === 'NEW';
  await endpoint.receiver.until((requests) => requests.some(isNew));
  expect(resent().length).toBeLessThan(EVENTS);
  await untilResent([...ids, 'NEW']);
  expect(mostInASecond(resent())).toBeLessThanOrEqual(MAX_PER_SECOND + TOLERANCE);
  await endpoint.settled(EVENTS + 1);
  expect(endpoint.receiver.requests).toHaveLength(2 * EVENTS + 1);
}, 90_000);

it('a process killed in the middle of a replay leaves all of it to the next, at the pace', async () => {
  const sender = await startSender();
  const ids = await givenDelivered();
  const hooks = new Webhooks(new Client(sender.url, erp.token));
  expect((await hooks.replay(endpoint.id, { since })).body).toEqual({ queued: EVENTS });
  await endpoint.receiver.nth(EVENTS + 100);
  await sender.kill('SIGKILL');
  const beforeKill = resent().length;
  const recorded = (await endpoint.log()).filter(({ attempts }) => attempts.length === 2).length;
  await startSender();
  await untilResent(ids);
  await endpoint.settled(EVENTS);
  // Only what was sent and not written down came once more.
  expect(resent()).toHaveLength(EVENTS + beforeKill - recorded);
  expect([...new Set(idsOf(resent()))].sort()).toEqual(ids);
  expect(mostInASecond(resent())).toBeLessThanOrEqual(MAX_PER_SECOND + TOLERANCE);
  const log = await endpoint.log();
  expect(log.filter(({ status, attempts }) => status !== 'SUCCEEDED' || attempts.length !== 2)).toEqual([]);
}, 120_000);

it('a replay that is repeated brings every event, as soon as the first one would', async () => {
  await startSender();
  const ids = await givenDelivered();
  for (let repeated = 1; repeated <= 10; repeated += 1) {
    await endpoint.hooks.replay(endpoint.id, { since });
    await endpoint.receiver.nth(EVENTS + repeated * 10);
  }
  const repeatedUntil = Date.now();
  const latest = Math.max(
    ...(await endpoint.log({ status: 'PENDING' })).map(({ nextAttemptAt }) =>
      Date.parse(nextAttemptAt ?? since),
    ),
  );
  expect(latest).toBeLessThan(repeatedUntil + (EVENTS + resent().length) * EVERY_MS);
  await untilResent(ids);
  // Those that came meanwhile come again, and no more than those.
  await endpoint.settled(EVENTS);
  expect(resent().length).toBeLessThan(3 * EVENTS);
  expect(mostInASecond(resent())).toBeLessThanOrEqual(MAX_PER_SECOND + TOLERANCE);
}, 90_000);

it('an event that is asked for while it is on its way comes once more', async () => {
  await startSender();
  let replayed: Promise<unknown> | undefined;
  endpoint.receiver.answers(async () => {
    await (replayed ??= endpoint.hooks.replay(endpoint.id, { since }));
    return 200;
  });
  await erp.client.post('/suppliers', { suppliers: [supplier()] });
  await endpoint.receiver.next(2);
  expect((await endpoint.settled(1)).map(({ attempts }) => attempts.length)).toEqual([2]);
});
