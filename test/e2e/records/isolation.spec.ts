import { startApp, type TestApp } from '../../support/app/app.js';
import { expectError } from '../../support/http/expect-error.js';
import { batch, givenErp, product, supplier } from '../../support/app/factories.js';
import {
  type AllRecords,
  givenAllRecords,
  givenReferences,
  KINDS,
  Records,
  recordsOf,
} from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe.each(['another integration of the company', 'another company'])('records of %s', (whose) => {
  let own: AllRecords;
  let other: AllRecords;
  beforeEach(async () => {
    own = await givenAllRecords(app);
    const shared = whose.startsWith('another company') ? {} : { companyId: own.erp.companyId };
    other = recordsOf(await givenErp(app, shared));
  });

  it.each(KINDS)('are invisible: $plural', async (kind) => {
    const mine = new Records(own.erp.client, kind);
    const theirs = new Records(other.erp.client, kind);
    await mine.post([kind.row({ externalId: 'SAME' })]);
    expectError(await theirs.get('SAME'), 404, 'NOT_FOUND');
    expectError(await theirs.delete('SAME'), 404, 'NOT_FOUND');
    expectError(await theirs.put('SAME', mine.body(), { 'if-match': '*' }), 412, 'PRECONDITION_FAILED');
    for (const query of ['', '?since=2000-01-01T00:00:00Z']) {
      expect((await theirs.list(query)).body).toMatchObject({ entities: [], total: 0 });
    }
    const status = await other.erp.client.get(`/sync-status?entityType=${kind.entityType}&externalIds=SAME`);
    expect(status.body.entities).toEqual([]);
  });

  it.each(KINDS)('are never overwritten by the same externalId: $plural', async (kind) => {
    await givenReferences(other.erp.client, kind);
    const mine = new Records(own.erp.client, kind);
    const theirs = new Records(other.erp.client, kind);
    await mine.post([mine.named('mine', { externalId: 'SAME' })]);
    const before = (await mine.get('SAME')).body;
    const { body } = await theirs.post([theirs.named('theirs', { externalId: 'SAME' })]);
    expect(body.created).toBe(1);
    expect(body.records[0].internalId).not.toBe(before.internalId);
    await theirs.put('SAME', theirs.body(kind.change));
    await theirs.delete('SAME');
    expect((await mine.get('SAME')).body).toEqual(before);
  });

  it('are not found by references', async () => {
    const supplierRow = product({ externalId: 'P', supplierExternalId: 'BASE-SUP' });
    const refused = await other.products.post([supplierRow]);
    expect(refused.body.errors[0].error).toBe(
      'Supplier with externalId "BASE-SUP" not found. Sync suppliers first.',
    );
    const batchRefused = await other.batches.post([batch('BASE-ITEM')]);
    expect(batchRefused.body.errors[0].error).toBe(
      'Product with externalId "BASE-ITEM" not found. Sync products first.',
    );
  });

  it('are not counted as referring to one of the same externalId', async () => {
    await own.products.post([product({ supplierExternalId: 'BASE-SUP' })]);
    await other.suppliers.post([supplier({ externalId: 'BASE-SUP' })]);
    expect((await other.suppliers.delete('BASE-SUP')).status).toBe(204);
    expect((await own.suppliers.get('BASE-SUP')).status).toBe(200);
  });

  it('are not in totals, logs or DDS', async () => {
    await own.batches.post([batch('BASE-ITEM', { externalId: 'LOT' })], { autoCreateDDS: true });
    const nothing = { suppliers: { total: 0 }, products: { total: 0 }, batches: { total: 0 } };
    expect((await other.erp.client.get('/sync-status')).body).toEqual(nothing);
    expect((await other.erp.client.get('/sync-logs')).body).toMatchObject({ data: [], total: 0 });
    expectError(
      await other.erp.client.get('/dds/LOT'),
      404,
      'NOT_FOUND',
      'No batch found with externalId "LOT"',
    );
    expect((await own.erp.client.get('/sync-status')).body.batches.total).toBe(1);
  });

  it('have drafts of their own for the same externalId', async () => {
    await givenReferences(other.erp.client, other.batches.kind);
    const rows = [batch('BASE-ITEM', { externalId: 'LOT' })];
    const mine = await own.batches.post(rows, { autoCreateDDS: true });
    const theirs = await other.batches.post(rows, { autoCreateDDS: true });
    const [one, two] = [mine, theirs].map(({ body }) => body.ddsCreated[0].ddsId as string);
    expect(one).not.toBe(two);
    expect(
      (await other.erp.client.get('/dds/LOT')).body.ddsSubmissions.map(({ id }: { id: string }) => id),
    ).toEqual([two]);
  });
});
