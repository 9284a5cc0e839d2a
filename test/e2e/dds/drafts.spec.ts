import { Dds, DdsBatch } from '../../../src/compliance/dds/dds.entity.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { givenDds, moveDds } from '../../support/records/dds.js';
import { expectError } from '../../support/http/expect-error.js';
import { batch, type Row } from '../../support/app/factories.js';
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

const lot = (externalId: string, more: Row = {}): Row => batch('BASE-ITEM', { externalId, ...more });
const draft = (...rows: unknown[]) => all.batches.post(rows, { autoCreateDDS: true });
const dds = async (externalId: string) =>
  (await all.erp.client.get(`/dds/${encodeURIComponent(externalId)}`)).body;
const internalId = async (externalId: string) =>
  (await all.batches.get(externalId)).body.internalId as string;

it('makes one draft for each accepted batch and lists them', async () => {
  const { body } = await draft(lot('A'), lot('BAD', { batchNumber: null }), lot('B'));
  const id = expect.stringMatching(/^dds_[0-9a-z]{26}$/);
  expect(body.ddsCreated).toEqual([
    { batchExternalId: 'A', ddsId: id },
    { batchExternalId: 'B', ddsId: id },
  ]);
  expect(body.ddsCreated[0].ddsId).not.toBe(body.ddsCreated[1].ddsId);
  const { ddsStatus, ddsSubmissions } = await dds('A');
  expect([ddsStatus, ddsSubmissions.length, ddsSubmissions[0].id]).toEqual([
    'DRAFT',
    1,
    body.ddsCreated[0].ddsId,
  ]);
});

it('makes none unless asked', async () => {
  expect((await all.batches.post([lot('A')])).body.ddsCreated).toEqual([]);
  expect((await all.batches.post([lot('A')], { autoCreateDDS: false })).body.ddsCreated).toEqual([]);
  expect((await dds('A')).ddsSubmissions).toEqual([]);
});

it('makes one for a known batch, also when its row changes nothing', async () => {
  await all.batches.post([lot('A')]);
  expect((await draft(lot('A'))).body.ddsCreated).toMatchObject([{ batchExternalId: 'A' }]);
});

it('makes no second one while the first is open', async () => {
  await draft(lot('A'));
  expect((await draft(lot('A'), lot('B'))).body.ddsCreated).toMatchObject([{ batchExternalId: 'B' }]);
  expect((await draft(lot('A', { quantity: 5 }))).body.ddsCreated).toEqual([]);
  expect((await dds('A')).ddsSubmissions).toHaveLength(1);
});

it('makes one for a batch that came twice in the call', async () => {
  const { body } = await draft(lot('A'), lot('A', { quantity: 2 }));
  expect(body.ddsCreated).toHaveLength(1);
});

it('makes none for a row that was refused, also of a known batch', async () => {
  await all.batches.post([lot('A')]);
  expect((await draft(lot('A', { quantity: 'many' }))).body.ddsCreated).toEqual([]);
  expect((await dds('A')).ddsStatus).toBeNull();
});

it('makes one each when several calls come at once', async () => {
  const rows = Array.from({ length: 100 }, (_, index) => lot(`L-${index}`));
  const answers = await Promise.all([
    draft(...rows),
    draft(...rows),
    draft(...rows.toReversed()),
    draft(...rows),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const made = answers.flatMap(({ body }) => body.ddsCreated as { batchExternalId: string; ddsId: string }[]);
  expect(new Set(made.map(({ batchExternalId }) => batchExternalId)).size).toBe(100);
  expect(made).toHaveLength(100);
  for (const { batchExternalId, ddsId } of made.slice(0, 10)) {
    expect((await dds(batchExternalId)).ddsSubmissions).toMatchObject([{ id: ddsId }]);
  }
});

it('makes none beside a submitted one, also one that covers several batches', async () => {
  await all.batches.post([lot('A'), lot('B')]);
  await givenDds(app, all.erp, [await internalId('A'), await internalId('B')], { status: 'SUBMITTED' });
  expect((await draft(lot('A'), lot('B'), lot('C'))).body.ddsCreated).toMatchObject([
    { batchExternalId: 'C' },
  ]);
});

it.each(['APPROVED', 'REJECTED'] as const)('makes a new one after the last was %s', async (status) => {
  await all.batches.post([lot('A')]);
  const first = await givenDds(app, all.erp, [await internalId('A')], { status: 'SUBMITTED' });
  await moveDds(app, first, { status });
  const { body } = await draft(lot('A'));
  expect(body.ddsCreated).toMatchObject([{ batchExternalId: 'A' }]);
  const answer = await dds('A');
  expect([answer.ddsStatus, answer.ddsSubmissions.length]).toEqual(['DRAFT', 2]);
});

it('gives every draft of a company its own number', async () => {
  const { body } = await draft(...Array.from({ length: 500 }, (_, index) => lot(`L-${index}`)));
  expect(body.ddsCreated).toHaveLength(500);
  const rows = await app.database.read((manager) => manager.findBy(Dds, { companyId: all.erp.companyId }));
  expect(new Set(rows.map(({ ddsNumber }) => ddsNumber)).size).toBe(500);
});

it('is refused by a unique key where a batch would get a second open statement', async () => {
  await draft(lot('A'));
  const batchId = await internalId('A');
  await expect(givenDds(app, all.erp, [batchId], { status: 'SUBMITTED' })).rejects.toThrow();
  await givenDds(app, all.erp, [batchId], { status: 'APPROVED' });
  expect((await dds('A')).ddsSubmissions).toHaveLength(2);
});

it('takes the draft along when its batch is deleted', async () => {
  const { body } = await draft(lot('A'), lot('B'));
  const [{ ddsId }] = body.ddsCreated;
  expect((await all.batches.delete('A')).status).toBe(204);
  const left = await app.database.read((manager) => manager.countBy(Dds, { id: ddsId }));
  const links = await app.database.read((manager) => manager.countBy(DdsBatch, { ddsId }));
  expect([left, links]).toEqual([0, 0]);
  expectError(await all.erp.client.get('/dds/A'), 404, 'NOT_FOUND', 'No batch found with externalId "A"');
  expect((await dds('B')).ddsStatus).toBe('DRAFT');
  expect((await draft(lot('A'))).body.ddsCreated).toMatchObject([{ batchExternalId: 'A' }]);
});

it('keeps a draft that covers another batch too when one of them is deleted', async () => {
  await all.batches.post([lot('A'), lot('B')]);
  const shared = await givenDds(app, all.erp, [await internalId('A'), await internalId('B')]);
  expect((await all.batches.delete('A')).status).toBe(204);
  expect((await dds('B')).ddsSubmissions).toMatchObject([{ id: shared.id }]);
});

it.each(['SUBMITTED', 'APPROVED', 'REJECTED'] as const)(
  'refuses to delete a batch with a %s one',
  async (status) => {
    await all.batches.post([lot('A')]);
    await givenDds(app, all.erp, [await internalId('A')], { status });
    expectError(await all.batches.delete('A'), 409, 'CONFLICT', /DDS|Due Diligence/i);
    expect((await dds('A')).ddsStatus).toBe(status);
  },
);
