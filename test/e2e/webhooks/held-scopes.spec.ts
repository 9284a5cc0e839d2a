import type { Scope } from '../../../src/auth/principal/scopes.js';
import type { TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, supplier } from '../../support/app/factories.js';
import type { Answer } from '../../support/http/client.js';
import { expectError } from '../../support/http/expect-error.js';
import { newSignal } from '../../support/waiting/signal.js';
import { checkAndCloseEndpoints } from '../../support/webhooks/webhook-checks.js';
import {
  type Endpoint,
  eventOf,
  givenEndpoint,
  startHookApp,
  Webhooks,
} from '../../support/webhooks/webhooks.js';

const MANAGE: Scope = 'integration:webhooks:manage';
const SUPPLIERS: Scope = 'integration:suppliers:read';
const URL_ELSEWHERE = 'https://93.184.216.34/hooks';
const YESTERDAY = new Date(Date.now() - 24 * 60 * 60 * 1000).toISOString();

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

/** The webhook routes for a token of the same integration that manages webhooks and holds these scopes besides. */
async function routesOf(...scopes: Scope[]): Promise<Webhooks> {
  const { companyId, integrationId } = erp;
  const colleague = await givenErp(app, { companyId, integrationId, scopes: [MANAGE, ...scopes] });
  return new Webhooks(colleague.client);
}

const write = (externalId: string): Promise<Answer> =>
  erp.client.post('/suppliers', { suppliers: [supplier({ externalId })] });

/** An endpoint that was told of one new supplier. */
async function givenTold(...events: string[]): Promise<[endpoint: Endpoint, deliveryId: string]> {
  const endpoint = await givenEndpoint(erp, ...events);
  await write('TOLD');
  const log = await endpoint.settled(1);
  return [endpoint, log.find(({ event }) => event === 'supplier.created')?.id as string];
}

type Call = (hooks: Webhooks, id: string, deliveryId: string) => Promise<Answer>;
const CALLS: [string, Call][] = [
  ['GET', (hooks, id) => hooks.get(id)],
  ['PATCH of the URL', (hooks, id) => hooks.change(id, { url: URL_ELSEWHERE })],
  ['PATCH of URL and events', (hooks, id) => hooks.change(id, { url: URL_ELSEWHERE, events: ['*'] })],
  ['PATCH of the events', (hooks, id) => hooks.change(id, { events: ['credential.revoked'] })],
  ['PATCH of the events to *', (hooks, id) => hooks.change(id, { events: ['*'] })],
  ['PATCH of active', (hooks, id) => hooks.change(id, { active: false })],
  ['DELETE', (hooks, id) => hooks.remove(id)],
  ['test', (hooks, id) => hooks.test(id)],
  ['rotate-secret', (hooks, id) => hooks.rotate(id, { graceSeconds: 0 })],
  ['deliveries', (hooks, id) => hooks.deliveries(id)],
  ['redeliver', (hooks, id, deliveryId) => hooks.redeliver(id, deliveryId)],
  ['replay', (hooks, id) => hooks.replay(id, { since: YESTERDAY })],
  ['replay of what failed', (hooks, id) => hooks.replay(id, { since: YESTERDAY, status: 'failed' })],
];

describe.each([['supplier.created'], ['*']])('a token without the scope of an event of %s', (events) => {
  it.each(CALLS)('is refused: %s', async (_, call) => {
    const [endpoint, deliveryId] = await givenTold(events);
    const [before, sent] = [await endpoint.state(), endpoint.receiver.requests.length];
    const answer = await call(await routesOf('integration:products:read'), endpoint.id, deliveryId);
    expectError(answer, 403, 'INSUFFICIENT_SCOPES');
    expect(answer.body.details.required).toContain(SUPPLIERS);
    expect(await endpoint.state()).toEqual(before);
    await endpoint.settled(1);
    expect(endpoint.receiver.requests).toHaveLength(sent);
  });

  it('does not see the endpoint in the list', async () => {
    const [endpoint] = await givenTold(events);
    const { id } = (await endpoint.hooks.create({ url: URL_ELSEWHERE, events: ['product.created'] })).body;
    const hooks = await routesOf('integration:products:read');
    expect((await hooks.list()).map((one) => one.id)).toEqual([id]);
    expect(await endpoint.hooks.list()).toHaveLength(2);
  });
});

it.each(CALLS)('a token with the scopes of the events may: %s', async (_, call) => {
  const [endpoint, deliveryId] = await givenTold('supplier.created');
  const answer = await call(await routesOf(SUPPLIERS), endpoint.id, deliveryId);
  expect(answer.status).toBeLessThan(300);
});

describe('an endpoint that is told of other events now', () => {
  const SINCE = { since: YESTERDAY };

  it('gets none of those before: not what waits, nor by redelivery, nor by replay', async () => {
    const endpoint = await givenEndpoint(erp, 'supplier.created', 'supplier.updated');
    const changed = newSignal();
    endpoint.receiver.answers(async () => {
      await changed.received;
      return 503;
    }, 204);
    await write('WAITS');
    await endpoint.receiver.nth(1);
    await endpoint.hooks.change(endpoint.id, { events: ['supplier.updated'] });
    changed.send();
    const log = await endpoint.settled(1);
    expect(log).toMatchObject([{ status: 'FAILED', reason: expect.stringMatching(/no longer subscribed/) }]);
    expectError(
      await endpoint.hooks.redeliver(endpoint.id, log[0]?.id as string),
      409,
      'CONFLICT',
      /not subscribed/,
    );
    for (const window of [SINCE, { ...SINCE, status: 'failed' }])
      expect((await endpoint.hooks.replay(endpoint.id, window)).body).toEqual({ queued: 0 });
    await erp.client.post('/suppliers', { suppliers: [supplier({ externalId: 'WAITS', name: 'Renamed' })] });
    await endpoint.settled(2);
    expect(endpoint.receiver.requests.slice(1).map((request) => eventOf(request).event)).toEqual([
      'supplier.updated',
    ]);
  });

  it('shows those before to none who lacks their scope', async () => {
    const [endpoint] = await givenTold('supplier.created');
    await endpoint.hooks.change(endpoint.id, { events: ['credential.revoked'] });
    const hooks = await routesOf();
    expect((await hooks.deliveries(endpoint.id)).body).toEqual({ deliveries: [], nextCursor: null });
    expect(await endpoint.log()).toHaveLength(1);
    expect((await hooks.replay(endpoint.id, SINCE)).body).toEqual({ queued: 0 });
  });
});
