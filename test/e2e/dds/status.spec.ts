import { startApp, type TestApp } from '../../support/app/app.js';
import { givenDds, moveDds } from '../../support/records/dds.js';
import { expectError } from '../../support/http/expect-error.js';
import { batch, product, supplier } from '../../support/app/factories.js';
import { type AllRecords, givenAllRecords } from '../../support/records/records.js';

let app: TestApp;
let all: AllRecords;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  all = await givenAllRecords(app);
});

const read = (externalId: string) => all.erp.client.get(`/dds/${encodeURIComponent(externalId)}`);
const internalId = async (externalId: string) =>
  (await all.batches.get(externalId)).body.internalId as string;

/** A batch of the base product. */
async function givenBatch(externalId: string): Promise<string> {
  await all.batches.post([batch('BASE-ITEM', { externalId })]);
  return internalId(externalId);
}

const day = (number: number): Date => new Date(Date.UTC(2026, 2, number));

it('answers with the batch, its product, its supplier and no status where there is no statement', async () => {
  await all.suppliers.post([supplier({ externalId: 'S', name: 'Fazenda', country: 'BR' })]);
  await all.products.post([
    product({ externalId: 'P', name: 'Bourbon', hsCode: '0901.11', supplierExternalId: 'S' }),
  ]);
  await all.batches.post([batch('P', { externalId: 'LOT', batchNumber: '2026-7' })]);
  const { status, body } = await read('LOT');
  const [productId, supplierId] = [
    (await all.products.get('P')).body.internalId,
    (await all.suppliers.get('S')).body.internalId,
  ];
  expect(status).toBe(200);
  const { referenceNumber, verificationNumber, euStatus, ...rest } = body;
  expect(rest).toEqual({
    batchExternalId: 'LOT',
    batchNumber: '2026-7',
    internalBatchId: await internalId('LOT'),
    product: { id: productId, name: 'Bourbon', hsCode: '090111' },
    supplier: { id: supplierId, name: 'Fazenda', country: 'BR' },
    ddsNumber: null,
    ddsStatus: null,
    ddsSubmissions: [],
  });
  expect([referenceNumber ?? null, verificationNumber ?? null, euStatus ?? null]).toEqual([null, null, null]);
});

it("names the batch's own supplier before its product's, and none where neither has one", async () => {
  await all.suppliers.post([supplier({ externalId: 'OF-PRODUCT', name: 'Of product' })]);
  await all.products.post([product({ externalId: 'P', supplierExternalId: 'OF-PRODUCT' })]);
  await all.batches.post([
    batch('P', { externalId: 'OWN', supplierExternalId: 'BASE-SUP' }),
    batch('P', { externalId: 'INHERITED' }),
    batch('BASE-ITEM', { externalId: 'NONE' }),
  ]);
  const base = (await all.suppliers.get('BASE-SUP')).body.internalId;
  expect((await read('OWN')).body.supplier.id).toBe(base);
  expect((await read('INHERITED')).body.supplier.name).toBe('Of product');
  expect((await read('NONE')).body.supplier).toBeNull();
});

it('gives the numbers of the EU system once it gave them', async () => {
  const dds = await givenDds(app, all.erp, [await givenBatch('LOT')], {
    status: 'SUBMITTED',
    submittedAt: day(2),
  });
  expect((await read('LOT')).body).toMatchObject({ ddsNumber: dds.ddsNumber, ddsStatus: 'SUBMITTED' });
  const given = { referenceNumber: '26FIABCDEF1234', verificationNumber: 'XY12ZW34', euStatus: 'AVAILABLE' };
  await moveDds(app, dds, { status: 'APPROVED', ...given });
  const { body } = await read('LOT');
  expect(body).toMatchObject({ ddsStatus: 'APPROVED', ddsNumber: dds.ddsNumber, ...given });
  const { id, ddsNumber } = dds;
  expect(body.ddsSubmissions).toEqual([
    { id, ddsNumber, status: 'APPROVED', submittedAt: expect.any(String), createdAt: expect.any(String) },
  ]);
});

it('gives times with milliseconds, on the full second too', async () => {
  const times = { createdAt: new Date('2026-03-01T08:00:05.120Z'), submittedAt: day(2) };
  await givenDds(app, all.erp, [await givenBatch('LOT')], { status: 'SUBMITTED', ...times });
  const [{ createdAt, submittedAt }] = (await read('LOT')).body.ddsSubmissions;
  expect([createdAt, submittedAt]).toEqual(['2026-03-01T08:00:05.120Z', '2026-03-02T00:00:00.000Z']);
});

it.each(['DRAFT', 'SUBMITTED', 'APPROVED', 'REJECTED'] as const)(
  'answers %s of its only statement',
  async (status) => {
    await givenDds(app, all.erp, [await givenBatch('LOT')], { status });
    expect((await read('LOT')).body.ddsStatus).toBe(status);
  },
);

it('lists several statements the latest first, and answers with the latest where none is open', async () => {
  const batchId = await givenBatch('LOT');
  const first = await givenDds(app, all.erp, [batchId], {
    status: 'REJECTED',
    createdAt: day(1),
    referenceNumber: 'FIRST',
  });
  const middle = await givenDds(app, all.erp, [batchId], { status: 'REJECTED', createdAt: day(5) });
  const later = await givenDds(app, all.erp, [batchId], {
    status: 'APPROVED',
    createdAt: day(9),
    referenceNumber: 'LATER',
  });
  const { body } = await read('LOT');
  expect(body.ddsSubmissions.map(({ id }: { id: string }) => id)).toEqual([later.id, middle.id, first.id]);
  expect(body).toMatchObject({ ddsStatus: 'APPROVED', ddsNumber: later.ddsNumber, referenceNumber: 'LATER' });
});

it('answers with the open statement, whichever came last', async () => {
  const batchId = await givenBatch('LOT');
  const open = await givenDds(app, all.erp, [batchId], { status: 'SUBMITTED', createdAt: day(1) });
  await givenDds(app, all.erp, [batchId], { status: 'REJECTED', createdAt: day(9), referenceNumber: 'OLD' });
  const { body } = await read('LOT');
  expect(body).toMatchObject({ ddsStatus: 'SUBMITTED', ddsNumber: open.ddsNumber });
  expect(body.referenceNumber ?? null).toBeNull();
});

it('shows one statement on every batch that it covers', async () => {
  const ids = [await givenBatch('A'), await givenBatch('B')];
  await givenBatch('C');
  const dds = await givenDds(app, all.erp, ids, { status: 'SUBMITTED' });
  for (const id of ['A', 'B']) {
    expect((await read(id)).body).toMatchObject({
      ddsNumber: dds.ddsNumber,
      ddsSubmissions: [{ id: dds.id }],
    });
  }
  expect((await read('C')).body.ddsSubmissions).toEqual([]);
});

it.each(['nope', 'a/b?c', '🫘', 'BASE-ITEM'])('answers 404 for a batch that is not there: %s', async (id) => {
  expectError(await read(id), 404, 'NOT_FOUND', `No batch found with externalId "${id}"`);
});

it('answers 404 for a batch that was deleted, or that differs in case or trailing space', async () => {
  await givenBatch('LOT');
  for (const id of ['lot', 'LOT ']) expect((await read(id)).status).toBe(404);
  await all.batches.delete('LOT');
  expectError(await read('LOT'), 404, 'NOT_FOUND');
});
