import { startApp, type TestApp } from '../../support/app/app.js';
import { expectError } from '../../support/http/expect-error.js';
import { batch, product } from '../../support/app/factories.js';
import { givenAllRecords, givenRecords, KINDS, type Records } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe.each(KINDS)('deleting one of the $plural', (kind) => {
  let records: Records;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
    await records.post([kind.row({ externalId: 'X' }), kind.row({ externalId: 'Y' })]);
  });

  it('answers 204 without a body, and 404 the second time', async () => {
    const { status, body } = await records.delete('X');
    expect([status, body]).toEqual([204, '']);
    expectError(await records.delete('X'), 404, 'NOT_FOUND', /externalId "X"/);
    expectError(await records.delete('never'), 404, 'NOT_FOUND', /externalId "never"/);
    expect((await records.get('Y')).status).toBe(200);
  });

  it('leaves a tombstone that shows in since and in no other list', async () => {
    await records.delete('X');
    const { body } = await records.list('?since=2000-01-01T00:00:00Z');
    const tombstone = body.entities.find((entity: { externalId: string }) => entity.externalId === 'X');
    expect(Date.parse(tombstone.deletedAt)).not.toBeNaN();
    expect((await records.list()).body.entities).toMatchObject([{ externalId: 'Y' }]);
  });

  it('needs what If-Match names', async () => {
    const etag = (await records.get('X')).headers.get('etag') as string;
    await records.post([kind.row({ externalId: 'X', ...kind.change })]);
    for (const header of [etag, '"other"', 'x']) {
      expectError(await records.delete('X', { 'if-match': header }), 412, 'PRECONDITION_FAILED');
    }
    expect((await records.get('X')).status).toBe(200);
    const current = (await records.get('X')).headers.get('etag') as string;
    expect((await records.delete('X', { 'if-match': current })).status).toBe(204);
    expect((await records.delete('Y', { 'if-match': '*' })).status).toBe(204);
  });

  it('is refused by what If-None-Match rules out', async () => {
    const etag = (await records.get('X')).headers.get('etag') as string;
    for (const header of ['*', etag, `"other", W/${etag}`]) {
      expectError(await records.delete('X', { 'if-none-match': header }), 412, 'PRECONDITION_FAILED');
    }
    expect((await records.delete('X', { 'if-none-match': '"other"' })).status).toBe(204);
    expectError(await records.delete('X', { 'if-none-match': '*' }), 404, 'NOT_FOUND');
  });

  it('takes a JSON content type with an empty body for no body', async () => {
    expect((await records.delete('X', { 'content-type': 'application/json' })).status).toBe(204);
  });
});

describe('deleting what others refer to', () => {
  it('is a 409 that tells how many do, until none does', async () => {
    const { suppliers, products, batches } = await givenAllRecords(app);
    await products.post(
      ['P-1', 'P-2', 'P-3'].map((externalId) => product({ externalId, supplierExternalId: 'BASE-SUP' })),
    );
    await batches.post([
      batch('P-1', { externalId: 'B-1', supplierExternalId: 'BASE-SUP' }),
      batch('P-1', { externalId: 'B-2' }),
    ]);
    expectError(
      await suppliers.delete('BASE-SUP'),
      409,
      'CONFLICT',
      /3 products.*1 batch|1 batch.*3 products|\b4\b/,
    );
    expectError(await products.delete('P-1'), 409, 'CONFLICT', /\b2 batches/);
    expect((await suppliers.get('BASE-SUP')).status).toBe(200);
    await batches.delete('B-1');
    expectError(await products.delete('P-1'), 409, 'CONFLICT', /\b1 batch/);
    await batches.delete('B-2');
    for (const id of ['P-1', 'P-2', 'P-3']) expect((await products.delete(id)).status).toBe(204);
    expect((await suppliers.delete('BASE-SUP')).status).toBe(204);
  });

  it('is a 412 before it is a 409', async () => {
    const { suppliers, products } = await givenAllRecords(app);
    await products.post([product({ supplierExternalId: 'BASE-SUP' })]);
    expectError(await suppliers.delete('BASE-SUP', { 'if-match': '"old"' }), 412, 'PRECONDITION_FAILED');
  });

  it('is free again once the reference points elsewhere', async () => {
    const { suppliers, products } = await givenAllRecords(app);
    await suppliers.post([suppliers.kind.row({ externalId: 'OTHER' })]);
    await products.post([product({ externalId: 'P', supplierExternalId: 'BASE-SUP' })]);
    await products.post([product({ externalId: 'P', supplierExternalId: 'OTHER' })]);
    expect((await suppliers.delete('BASE-SUP')).status).toBe(204);
    expect((await suppliers.delete('OTHER')).status).toBe(409);
  });
});
