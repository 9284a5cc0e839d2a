import { startApp, type TestApp } from '../../support/app/app.js';
import type { Answer } from '../../support/http/client.js';
import { product, type Row, supplier } from '../../support/app/factories.js';
import {
  givenAllRecords,
  givenRecords,
  KINDS,
  type RecordKind,
  walk,
} from '../../support/records/records.js';

const CALLERS = 8;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const atOnce = <Result>(howMany: number, call: (index: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: howMany }, (_, index) => call(index)));

const statusesOf = (answers: Answer[]): number[] => answers.map(({ status }) => status).sort();

describe.each(KINDS)('callers at once on $plural', (kind) => {
  it('sending the same 500 rows make each record once, and their counts add up', async () => {
    const records = await givenRecords(app, kind);
    const rows = Array.from({ length: 500 }, (_, index) => kind.row({ externalId: `R-${index}` }));
    const answers = await atOnce(CALLERS, () => records.post(rows));
    expect(new Set(statusesOf(answers))).toEqual(new Set([200]));
    const sum = (count: 'created' | 'updated') => answers.reduce((total, { body }) => total + body[count], 0);
    expect([sum('created'), sum('updated')]).toEqual([500, 500 * (CALLERS - 1)]);
    const ids = new Set(
      answers.flatMap(({ body }) => body.records.map((record: Row) => record['internalId'])),
    );
    expect(ids.size).toBe(500);
    const listed = await walk(records, '?limit=100');
    expect(new Set(listed.map((entity) => entity['internalId']))).toEqual(ids);
    expect([listed.length, (await records.list('?limit=1')).body.total]).toEqual([500, 500]);
  });

  it('sending overlapping rows in opposite orders all succeed', async () => {
    const records = await givenRecords(app, kind);
    const rows = Array.from({ length: 200 }, (_, index) => kind.row({ externalId: `R-${index}` }));
    const answers = await atOnce(CALLERS, (caller) => {
      const changed = rows.map((row) => ({ ...row, [kind.nameField]: `of caller ${caller}` }));
      return records.post(caller % 2 ? changed.reverse() : changed);
    });
    expect(new Set(statusesOf(answers))).toEqual(new Set([200]));
    const names = (await walk(records, '?limit=100')).map((entity) => entity['name'] as string);
    expect([names.length, names.every((name) => name.startsWith('of caller'))]).toEqual([200, true]);
  });

  it('each changing another field of the same records lose nothing', async () => {
    const records = await givenRecords(app, kind);
    const fields = Object.keys(kind.optional).slice(0, CALLERS);
    const ids = Array.from({ length: 50 }, (_, index) => `R-${index}`);
    const bare = (externalId: string): Row => {
      const row = {
        externalId,
        ...Object.fromEntries(kind.required.map((field) => [field, kind.row()[field]])),
      };
      return row;
    };
    await records.post(ids.map(bare));
    const answers = await atOnce(fields.length, (caller) => {
      const field = fields[caller] as string;
      return records.post(ids.map((id) => ({ ...bare(id), [field]: kind.optional[field] })));
    });
    expect(new Set(statusesOf(answers))).toEqual(new Set([200]));
    const expected = Object.fromEntries(fields.map((field) => [field, kind.optional[field]]));
    for (const id of ids) expect((await records.get(id)).body).toMatchObject(expected);
  });

  it('putting with the same If-Match: exactly one wins', async () => {
    const records = await givenRecords(app, kind);
    for (let round = 0; round < 5; round += 1) {
      await records.post([records.named(`before ${round}`, { externalId: 'X' })]);
      const etag = (await records.get('X')).headers.get('etag') as string;
      const answers = await atOnce(4, (caller) => {
        const { externalId: _, ...body } = records.named(`caller ${caller} of ${round}`);
        return records.put('X', body, { 'if-match': etag });
      });
      expect(statusesOf(answers)).toEqual([200, 412, 412, 412]);
      const winner = answers.find(({ status }) => status === 200) as Answer;
      expect((await records.get('X')).body[kind.nameField]).toBe(winner.body[kind.nameField]);
    }
  });

  it('putting a new record: one creates it, the others update it', async () => {
    const records = await givenRecords(app, kind);
    const answers = await atOnce(4, () => records.put('X', records.body()));
    expect(statusesOf(answers)).toEqual([200, 200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body.internalId)).size).toBe(1);
    expect((await records.list()).body.total).toBe(1);
  });

  it('deleting one record: one deletes it, the others find nothing', async () => {
    const records = await givenRecords(app, kind);
    await records.post([kind.row({ externalId: 'X' }), kind.row({ externalId: 'Y' })]);
    expect(statusesOf(await atOnce(4, () => records.delete('X')))).toEqual([204, 404, 404, 404]);
    expect((await records.list()).body.total).toBe(1);
  });
});

describe('a supplier deleted while products that refer to it come in', () => {
  it('never leaves a live product with a deleted supplier', async () => {
    const { suppliers, products } = await givenAllRecords(app);
    const kept: boolean[] = [];
    for (let round = 0; round < 15; round += 1) {
      const [S, P] = [`S-${round}`, `P-${round}`];
      await suppliers.post([supplier({ externalId: S })]);
      const [posted, deleted] = await Promise.all([
        products.post([product({ externalId: P, supplierExternalId: S })]),
        suppliers.delete(S),
        products.post([product({ externalId: `${P}-2`, supplierExternalId: S })]),
      ]);
      expect([posted.status, [204, 409].includes(deleted.status)]).toEqual([200, true]);
      const live = await Promise.all([P, `${P}-2`].map((id) => products.get(id)));
      const anyLive = live.some(({ status }) => status === 200);
      expect((await suppliers.get(S)).status).toBe(anyLive ? 200 : 404);
      kept.push(anyLive);
    }
    expect(kept).toHaveLength(15);
  });
});

it('readers see a bulk call whole or not at all', async () => {
  const kind = KINDS[0] as RecordKind;
  const records = await givenRecords(app, kind);
  const rows = Array.from({ length: 80 }, (_, index) => kind.row({ externalId: `R-${index}` }));
  const writing = records.post(rows);
  const seen = await atOnce(
    10,
    async () => (await records.list('?limit=100')).body.entities.length as number,
  );
  await writing;
  expect(seen.filter((howMany) => howMany !== 0 && howMany !== 80)).toEqual([]);
});
