import type { TestApp } from '../../support/app/app.js';
import { givenErp, type Row, suppliers } from '../../support/app/factories.js';
import { type AllRecords, givenAllRecords, KINDS, type Records } from '../../support/records/records.js';
import type { Received } from '../../support/webhooks/receiver.js';
import {
  checkAndCloseEndpoints,
  expectedSignatures,
  signaturesOf,
  TIME,
  verifies,
} from '../../support/webhooks/webhook-checks.js';
import { type Endpoint, eventOf, givenEndpoint, startHookApp } from '../../support/webhooks/webhooks.js';

let app: TestApp;
let all: AllRecords;
beforeAll(async () => {
  app = await startHookApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  all = await givenAllRecords(app);
});
afterEach(checkAndCloseEndpoints);

/** Asserts that a request brought exactly this event of the integration. */
function expectEvent(request: Received | undefined, event: string, data: Row): void {
  const { integrationId } = all.erp;
  expect(eventOf(request)).toEqual({ event, timestamp: TIME, integrationId, data });
}

/** The following event, which must be this one. */
async function expectNext({ receiver }: Endpoint, event: string, data: Row): Promise<void> {
  const [request] = await receiver.next();
  expectEvent(request, event, data);
}

/** Asserts that so many requests came and that no other is on its way. */
async function expectNoMore(endpoint: Endpoint, requests: number): Promise<void> {
  const log = await endpoint.settled(requests);
  expect([log.length, endpoint.receiver.requests.length]).toEqual([requests, requests]);
}

/** The events in the order of their names, for those that are caused at once. */
const byName = (requests: Received[]): Received[] =>
  requests.toSorted((a, b) => eventOf(a).event.localeCompare(eventOf(b).event));

describe.each(KINDS)('an endpoint subscribed to $plural', (kind) => {
  const type = kind.label.toLowerCase();
  let records: Records;
  let endpoint: Endpoint;
  beforeEach(async () => {
    records = all[kind.plural];
    endpoint = await givenEndpoint(all.erp, `${type}.created`, `${type}.updated`, `${type}.deleted`);
  });

  it('is told of a new one, of its change, of its end and of its return', async () => {
    const row = kind.row({ externalId: 'Ünï☕-1' });
    const { body } = await records.post([row]);
    const data = { externalId: 'Ünï☕-1', internalId: body.records[0].internalId };
    await expectNext(endpoint, `${type}.created`, data);
    await records.post([{ ...row, ...kind.change }]);
    await expectNext(endpoint, `${type}.updated`, data);
    await records.delete('Ünï☕-1');
    await expectNext(endpoint, `${type}.deleted`, data);
    await records.post([row]);
    await expectNext(endpoint, `${type}.created`, data);
    await expectNoMore(endpoint, 4);
  });

  it('is told of writes of a single record', async () => {
    const { body } = await records.put('ONE', records.body());
    const data = { externalId: 'ONE', internalId: body.internalId };
    await expectNext(endpoint, `${type}.created`, data);
    await records.put('ONE', records.body(kind.change));
    await expectNext(endpoint, `${type}.updated`, data);
    await expectNoMore(endpoint, 2);
  });

  it('is not told of what changed nothing, was refused, or came in a call that was refused', async () => {
    const row = kind.row({ externalId: 'SAME' });
    await records.post([row]);
    await endpoint.receiver.next();
    await records.post([row]);
    await records.put('SAME', { ...row, externalId: undefined });
    await records.post([{ externalId: 'BAD' }]);
    await records.post([kind.row(), 7]);
    await records.delete('UNKNOWN');
    await records.post([kind.row({ externalId: 'MARK' })]);
    expect(eventOf((await endpoint.receiver.next())[0]).data['externalId']).toBe('MARK');
    await expectNoMore(endpoint, 2);
  });
});

describe('sync runs', () => {
  it('tell what a bulk call wrote and how many rows it refused', async () => {
    await all.suppliers.post([all.suppliers.kind.row({ externalId: 'KNOWN' })]);
    const endpoint = await givenEndpoint(all.erp, 'sync.completed', 'sync.failed');
    const known = all.suppliers.kind.row({ externalId: 'KNOWN', name: 'Another name' });
    await all.suppliers.post([known, all.suppliers.named('New'), { externalId: 'BAD' }]);
    await expectNext(endpoint, 'sync.completed', {
      entityType: 'SUPPLIER',
      created: 1,
      updated: 1,
      errors: 1,
    });
    await expectNoMore(endpoint, 1);
  });

  it.each(KINDS)('of $plural tell of failure when every row was refused', async (kind) => {
    const endpoint = await givenEndpoint(all.erp, 'sync.completed', 'sync.failed');
    await all[kind.plural].post([{ externalId: 'A' }, { externalId: 'B' }]);
    const data = { entityType: kind.entityType, created: 0, updated: 0, errors: 2 };
    await expectNext(endpoint, 'sync.failed', data);
    await expectNoMore(endpoint, 1);
  });
});

describe('a Due Diligence Statement', () => {
  it('that is drafted for a new batch tells of its first status', async () => {
    const endpoint = await givenEndpoint(all.erp, 'dds.status_changed');
    await all.batches.post([all.batches.kind.row({ externalId: 'LOT' })], { autoCreateDDS: true });
    const { ddsNumber } = (await all.erp.client.get('/dds/LOT')).body;
    await expectNext(endpoint, 'dds.status_changed', {
      batchExternalId: 'LOT',
      ddsNumber,
      previousStatus: null,
      newStatus: 'DRAFT',
    });
    await all.batches.post([all.batches.kind.row({ externalId: 'LOT', quantity: 9 })], {
      autoCreateDDS: true,
    });
    await all.batches.post([all.batches.kind.row({ externalId: 'MARK' })], { autoCreateDDS: true });
    expect(eventOf((await endpoint.receiver.next())[0]).data['batchExternalId']).toBe('MARK');
    await expectNoMore(endpoint, 2);
  });
});

describe('a token that revokes itself', () => {
  it('is told of to the others of its integration, by its id and not by itself', async () => {
    const { companyId, integrationId } = all.erp;
    const endpoint = await givenEndpoint(all.erp, 'credential.revoked');
    const other = await givenErp(app, { companyId, integrationId });
    expect((await other.client.post('/auth/revoke')).status).toBe(200);
    const [request] = await endpoint.receiver.next();
    const { data, ...rest } = eventOf(request);
    expect(rest).toEqual({ event: 'credential.revoked', timestamp: TIME, integrationId });
    expect(Object.values(data)).toContain(other.tokenId);
    expect(request?.body).not.toContain(other.token);
    await expectNoMore(endpoint, 1);
  });
});

describe('events', () => {
  it('reach every subscribed endpoint of the integration under one id, and no other', async () => {
    const neighbour = await givenErp(app, { companyId: all.erp.companyId });
    const stranger = await givenErp(app);
    const subscribed = [
      await givenEndpoint(all.erp, 'supplier.created'),
      await givenEndpoint(all.erp, 'supplier.created', 'batch.deleted'),
    ];
    const unsubscribed = await givenEndpoint(all.erp, 'supplier.deleted', 'product.created');
    const elsewhere = [
      await givenEndpoint(neighbour, 'supplier.created', 'product.created'),
      await givenEndpoint(stranger, 'supplier.created', 'product.created'),
    ];
    await all.suppliers.post([all.suppliers.kind.row()]);
    const requests = await Promise.all(subscribed.map(({ receiver }) => receiver.next()));
    expect(new Set(requests.flat().map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    for (const { client } of [all.erp, neighbour, stranger]) {
      await client.post('/products', { products: [{ externalId: 'MARK', name: 'Cocoa' }] });
    }
    for (const endpoint of [unsubscribed, ...elsewhere]) {
      const [request] = await endpoint.receiver.next();
      expect(eventOf(request)).toMatchObject({ event: 'product.created', data: { externalId: 'MARK' } });
      await expectNoMore(endpoint, 1);
    }
    for (const endpoint of subscribed) await expectNoMore(endpoint, 1);
  });

  it('all reach an endpoint that is subscribed to "*"', async () => {
    const endpoint = await givenEndpoint(all.erp, '*');
    await all.batches.post([all.batches.kind.row(), {}], { autoCreateDDS: true });
    const requests = byName(await endpoint.receiver.next(3));
    expect(requests.map((request) => eventOf(request).event)).toEqual([
      'batch.created',
      'dds.status_changed',
      'sync.completed',
    ]);
    await expectNoMore(endpoint, 3);
  });

  it('of 500 rows are 500, each under an id of its own', async () => {
    const endpoint = await givenEndpoint(all.erp, 'supplier.created');
    const rows = suppliers(500, 'MANY');
    await all.suppliers.post(rows);
    const requests = await endpoint.receiver.next(500);
    const told = requests.map((request) => eventOf(request).data['externalId'] as string);
    expect(told.sort()).toEqual(rows.map((row) => row['externalId'] as string).sort());
    expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(500);
    await expectNoMore(endpoint, 500);
  });

  it('from before an endpoint was made do not reach it', async () => {
    await all.suppliers.post(suppliers(20, 'BEFORE'));
    const endpoint = await givenEndpoint(all.erp, 'supplier.created');
    await all.suppliers.post(suppliers(1, 'AFTER'));
    expect(eventOf((await endpoint.receiver.next())[0]).data['externalId']).toBe('AFTER-0');
    await expectNoMore(endpoint, 1);
  });

  it('follow a changed address and a changed subscription', async () => {
    const [first, second] = [
      await givenEndpoint(all.erp, 'supplier.created'),
      await givenEndpoint(all.erp, 'batch.deleted'),
    ];
    await first.hooks.change(first.id, { events: ['product.created'] });
    await second.hooks.change(second.id, { events: ['supplier.created'] });
    await all.suppliers.post(suppliers(1, 'S'));
    await all.products.post([all.products.kind.row({ externalId: 'P' })]);
    expect(eventOf((await first.receiver.next())[0]).data['externalId']).toBe('P');
    expect(eventOf((await second.receiver.next())[0]).data['externalId']).toBe('S-0');
    const moved = `${second.receiver.url}/moved`;
    expect((await second.hooks.change(second.id, { url: moved })).body.url).toBe(moved);
    await all.suppliers.post(suppliers(1, 'T'));
    await expectNoMore(second, 2);
    await expectNoMore(first, 1);
  });

  it('wait for nobody where the endpoint is not active', async () => {
    const [asleep, awake] = [
      await givenEndpoint(all.erp, 'supplier.created'),
      await givenEndpoint(all.erp, 'supplier.created'),
    ];
    await asleep.hooks.change(asleep.id, { active: false });
    await all.suppliers.post(suppliers(3, 'S'));
    await awake.receiver.next(3);
    await expectNoMore(awake, 3);
    expect(asleep.receiver.requests).toEqual([]);
  });

  it('show in the endpoint when they were last delivered', async () => {
    const endpoint = await givenEndpoint(all.erp, 'supplier.created');
    const before = Date.now();
    await all.suppliers.post(suppliers(1, 'S'));
    await expectNoMore(endpoint, 1);
    const { lastDeliveredAt, failureCount } = await endpoint.state();
    expect([lastDeliveredAt, failureCount]).toEqual([TIME, 0]);
    expect(Date.parse(lastDeliveredAt as string)).toBeGreaterThanOrEqual(before);
  });
});

describe('the signature', () => {
  let request: Received;
  let endpoint: Endpoint;
  beforeEach(async () => {
    endpoint = await givenEndpoint(all.erp, 'supplier.created');
    await all.suppliers.post([all.suppliers.kind.row({ externalId: 'Ünï☕"\\' })]);
    [request] = (await endpoint.receiver.next()) as [Received];
  });

  it('verifies with the public library and with ten lines of node:crypto, over the bytes as sent', () => {
    expect(verifies(request, endpoint.secret)).toBe(true);
    const { old, standard } = expectedSignatures(request, endpoint.secret);
    expect(signaturesOf(request.headers)).toEqual({ old: [old], standard: [standard] });
    expect(request.headers['content-length']).toBe(String(Buffer.byteLength(request.body)));
  });

  it('does not verify for another body, id, time or secret', () => {
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const { headers } = request;
    expect(verifies(request, other)).toBe(false);
    expect(verifies({ ...request, body: request.body.replace('supplier', 'product') }, endpoint.secret)).toBe(
      false,
    );
    for (const change of [{ 'webhook-id': 'evt_other' }, { 'webhook-timestamp': nextSecond(headers) }]) {
      expect(verifies({ ...request, headers: { ...headers, ...change } }, endpoint.secret)).toBe(false);
    }
  });
});

const nextSecond = (headers: Received['headers']): string => String(Number(headers['webhook-timestamp']) + 1);
