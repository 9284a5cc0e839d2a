import { startApp, type TestApp } from '../../support/app/app.js';
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

const references = [
  { from: 'products', field: 'supplierExternalId', to: 'suppliers', label: 'Supplier' },
  { from: 'batches', field: 'supplierExternalId', to: 'suppliers', label: 'Supplier' },
  { from: 'batches', field: 'productExternalId', to: 'products', label: 'Product' },
] as const;

describe.each(references)('$field of $from', ({ from, field, to, label }) => {
  const rowOf = (externalId: string, target: unknown) => all[from].kind.row({ externalId, [field]: target });
  const notFound = (id: string) => `${label} with externalId "${id}" not found. Sync ${to} first.`;

  it('names what was synced, and is given back', async () => {
    await all[to].post([all[to].kind.row({ externalId: 'T-1' }), all[to].kind.row({ externalId: 'T-2' })]);
    await all[from].post([rowOf('X', 'T-1'), rowOf('Y', 'T-2')]);
    expect((await all[from].get('X')).body[field]).toBe('T-1');
    await all[from].post([rowOf('X', 'T-2')]);
    expect((await all[from].get('X')).body[field]).toBe('T-2');
    expect((await all[from].get('Y')).body[field]).toBe('T-2');
  });

  it('is a row error where nothing of that id was synced, and stops no other row', async () => {
    await all[to].post([all[to].kind.row({ externalId: 'T-1' })]);
    const { body } = await all[from].post([rowOf('X', 'ITEM-999'), rowOf('Y', 'T-1')]);
    expect(body.errors).toEqual([{ externalId: 'X', index: 0, error: notFound('ITEM-999') }]);
    expect(body.created).toBe(1);
  });

  it('is not found where the id differs in case or accent only', async () => {
    await all[to].post([all[to].kind.row({ externalId: 'Café' })]);
    const { body } = await all[from].post([rowOf('X', 'café'), rowOf('Y', 'Cafe')]);
    expect(body.errors.map((error: { error: string }) => error.error)).toEqual([
      notFound('café'),
      notFound('Cafe'),
    ]);
  });

  it('is not found where the record was deleted, and found again once it is revived', async () => {
    await all[to].post([all[to].kind.row({ externalId: 'T-1' })]);
    await all[to].delete('T-1');
    const refused = await all[from].post([rowOf('X', 'T-1')]);
    expect(refused.body.errors[0].error).toBe(notFound('T-1'));
    await all[to].post([all[to].kind.row({ externalId: 'T-1' })]);
    expect((await all[from].post([rowOf('X', 'T-1')])).body.created).toBe(1);
  });

  it('never names a record of another type with the same id', async () => {
    const others = { suppliers: 'products', products: 'suppliers' } as const;
    await all[others[to]].post([all[others[to]].kind.row({ externalId: 'SAME' })]);
    expect((await all[from].post([rowOf('X', 'SAME')])).body.errors[0].error).toBe(notFound('SAME'));
  });
});

it('clears an optional reference with null and keeps it where it is omitted', async () => {
  const row = product({ externalId: 'X', supplierExternalId: 'BASE-SUP' });
  await all.products.post([row]);
  await all.products.post([product({ externalId: 'X' })]);
  expect((await all.products.get('X')).body.supplierExternalId).toBe('BASE-SUP');
  await all.products.post([{ ...row, supplierExternalId: null }]);
  expect((await all.products.get('X')).body.supplierExternalId).toBeNull();
  expect((await all.suppliers.delete('BASE-SUP')).status).toBe(204);
});

it('resolves 500 rows with 500 different references in one call', async () => {
  const ids = Array.from({ length: 500 }, (_, index) => `T-${index}`);
  await all.products.post(ids.map((externalId) => product({ externalId })));
  const { body } = await all.batches.post(ids.map((id) => batch(id, { externalId: `B-${id}` })));
  expect(body.created).toBe(500);
  expect((await all.batches.get('B-T-321')).body.productExternalId).toBe('T-321');
});

it('shows a rename of what is referred to by nothing but the reference', async () => {
  await all.products.post([product({ externalId: 'X', supplierExternalId: 'BASE-SUP' })]);
  const before = (await all.products.get('X')).headers.get('etag');
  await all.suppliers.post([supplier({ externalId: 'BASE-SUP', name: 'Renamed' })]);
  expect((await all.products.get('X')).headers.get('etag')).toBe(before);
});
