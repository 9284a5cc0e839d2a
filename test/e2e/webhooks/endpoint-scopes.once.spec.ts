import type { Scope } from '../../../src/auth/principal/scopes.js';
import type { TestApp } from '../../support/app/app.js';
import type { Answer } from '../../support/http/client.js';
import { expectError } from '../../support/http/expect-error.js';
import { type Erp, givenErp, product, supplier } from '../../support/app/factories.js';
import { checkAndCloseEndpoints } from '../../support/webhooks/webhook-checks.js';
import { EVENTS, eventOf, givenEndpoint, startHookApp, Webhooks } from '../../support/webhooks/webhooks.js';

const MANAGE: Scope = 'integration:webhooks:manage';
const URL_OF_ERP = 'https://93.184.216.34/hooks';

/** The scope that shows what an event tells of; `credential.revoked` tells of nothing that a scope guards. */
function scopeOf(event: string): Scope | undefined {
  const [subject] = event.split('.');
  if (subject === 'credential') return undefined;
  if (subject === 'supplier') return 'integration:suppliers:read';
  if (subject === 'product') return 'integration:products:read';
  if (subject === 'batch') return 'integration:batches:read';
  return subject === 'dds' ? 'integration:dds:read' : 'integration:sync:read';
}
const SCOPED = EVENTS.filter((event) => scopeOf(event)).map((event): [string, Scope] => [
  event,
  scopeOf(event) as Scope,
]);

let app: TestApp;
beforeAll(async () => {
  app = await startHookApp();
});
afterAll(() => app.close());
afterEach(checkAndCloseEndpoints);

/** A token of the same integration that holds these scopes only. */
const colleagueOf = (erp: Erp, ...scopes: Scope[]): Promise<Erp> =>
  givenErp(app, { companyId: erp.companyId, integrationId: erp.integrationId, scopes });

async function hooksWith(...scopes: Scope[]): Promise<Webhooks> {
  return new Webhooks((await givenErp(app, { scopes })).client);
}

function expectLacking(answer: Answer, ...scopes: string[]): void {
  expectError(answer, 403, 'INSUFFICIENT_SCOPES');
  expect(answer.body.details.required).toEqual(expect.arrayContaining(scopes));
  expect(answer.headers.get('www-authenticate')).toMatch(/error="insufficient_scope"/);
}

describe('every webhook route', () => {
  const calls: [string, (hooks: Webhooks) => Promise<Answer>][] = [
    ['POST', (hooks) => hooks.create({ url: URL_OF_ERP, events: ['supplier.created'] })],
    ['GET', (hooks) => hooks.client.get('/webhook-events')],
    ['GET one', (hooks) => hooks.get('wh_1')],
    ['PATCH', (hooks) => hooks.change('wh_1', { active: false })],
    ['DELETE', (hooks) => hooks.remove('wh_1')],
    ['test', (hooks) => hooks.test('wh_1')],
    ['rotate-secret', (hooks) => hooks.rotate('wh_1')],
    ['deliveries', (hooks) => hooks.deliveries('wh_1')],
    ['redeliver', (hooks) => hooks.redeliver('wh_1', 'del_1')],
    ['replay', (hooks) => hooks.replay('wh_1', { since: '2026-01-01T00:00:00Z' })],
    ['event-types', (hooks) => hooks.eventTypes()],
  ];

  it.each(calls)(`requires ${MANAGE}: %s`, async (_, call) => {
    const hooks = await hooksWith('integration:suppliers:read', 'integration:sync:read');
    expectLacking(await call(hooks), MANAGE);
  });
});

describe('subscribing', () => {
  it.each(SCOPED)('to %s requires %s', async (event, scope) => {
    const without = await hooksWith(MANAGE);
    expectLacking(await without.create({ url: URL_OF_ERP, events: [event] }), scope);
    expect(await without.list()).toEqual([]);
    const holder = await hooksWith(MANAGE, scope);
    expect((await holder.create({ url: URL_OF_ERP, events: [event] })).status).toBe(201);
  });

  it('names every scope that is missing', async () => {
    const hooks = await hooksWith(MANAGE, 'integration:suppliers:read');
    const events = ['supplier.created', 'product.created', 'dds.approved'];
    expectLacking(
      await hooks.create({ url: URL_OF_ERP, events }),
      'integration:products:read',
      'integration:dds:read',
    );
  });

  it('to the records needs the scope to read them; the one to write them is not enough', async () => {
    const hooks = await hooksWith(MANAGE, 'integration:suppliers:write');
    const answer = await hooks.create({ url: URL_OF_ERP, events: ['supplier.created'] });
    expectLacking(answer, 'integration:suppliers:read');
  });

  it('to credential.revoked needs no more than managing webhooks', async () => {
    const hooks = await hooksWith(MANAGE);
    const { status } = await hooks.create({ url: URL_OF_ERP, events: ['credential.revoked'] });
    expect(status).toBe(201);
  });
});

describe('changing an endpoint', () => {
  it('requires the scopes of the new events', async () => {
    const erp = await givenErp(app);
    const endpoint = await givenEndpoint(erp, 'supplier.created');
    const colleague = await colleagueOf(erp, MANAGE, 'integration:suppliers:read');
    const hooks = new Webhooks(colleague.client);
    const answer = await hooks.change(endpoint.id, { events: ['supplier.created', 'batch.created'] });
    expectLacking(answer, 'integration:batches:read');
    expect(await endpoint.state()).toMatchObject({ events: ['supplier.created'] });
    expect((await hooks.change(endpoint.id, { events: ['supplier.deleted'] })).status).toBe(200);
  });

  it('requires the scopes of its events also to send them elsewhere', async () => {
    const erp = await givenErp(app);
    const endpoint = await givenEndpoint(erp, 'product.created');
    const colleague = await colleagueOf(erp, MANAGE, 'integration:suppliers:read');
    const answer = await new Webhooks(colleague.client).change(endpoint.id, { url: URL_OF_ERP });
    expectLacking(answer, 'integration:products:read');
    expect(await endpoint.state()).toMatchObject({ url: endpoint.receiver.url });
  });
});

describe('"*"', () => {
  it('means the events whose scope was held then, whoever causes them', async () => {
    const erp = await givenErp(app);
    const narrow = await colleagueOf(erp, MANAGE, 'integration:suppliers:read');
    const endpoint = await givenEndpoint(narrow, '*');
    await erp.client.post('/products', { products: [product()] });
    await erp.client.post('/suppliers', { suppliers: [supplier({ externalId: 'MARK' })] });
    const [request] = await endpoint.receiver.next();
    expect(eventOf(request)).toMatchObject({ event: 'supplier.created', data: { externalId: 'MARK' } });
    expect((await endpoint.log()).map(({ event }) => event)).toEqual(['supplier.created']);
  });

  it('means those that the changing token holds where a change asks for it', async () => {
    const erp = await givenErp(app);
    const endpoint = await givenEndpoint(erp, 'supplier.created');
    const narrow = await colleagueOf(erp, MANAGE, 'integration:suppliers:read');
    const { status } = await new Webhooks(narrow.client).change(endpoint.id, { events: ['*'] });
    expect(status).toBe(200);
    await erp.client.post('/products', { products: [product()] });
    await erp.client.post('/suppliers', { suppliers: [supplier()] });
    await endpoint.receiver.next();
    expect((await endpoint.log()).map(({ event }) => event)).toEqual(['supplier.created']);
  });
});
