import { startApp, type TestApp } from '../../support/app/app.js';
import { expectInvalid } from '../../support/http/expect-error.js';
import type { Row } from '../../support/app/factories.js';
import {
  type AllRecords,
  givenAllRecords,
  givenRecords,
  KINDS,
  type Records,
} from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe.each(KINDS)('the sync log of $plural', (kind) => {
  let records: Records;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
  });
  const logs = async (query = ''): Promise<Row[]> =>
    (await records.client.get(`/sync-logs?entityType=${kind.entityType}${query}`)).body.data;

  it('has one entry for each bulk call, with all its fields', async () => {
    await records.post([kind.row(), kind.row()]);
    const [log, ...others] = await logs();
    expect(others).toEqual([]);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(log).toEqual({
      id: expect.any(String),
      integrationId: expect.stringMatching(/^int_/),
      entityType: kind.entityType,
      action: 'FULL_SYNC',
      status: 'SUCCESS',
      recordsAffected: 2,
      errorMessage: null,
      metadata: expect.objectContaining({ errors: [] }),
      startedAt: time,
      completedAt: time,
      createdAt: time,
    });
  });

  it('tells SUCCESS, PARTIAL and ERROR apart, and keeps each row error', async () => {
    await records.post([kind.row({ externalId: 'A' })]);
    const partial = await records.post([
      kind.row(),
      { externalId: 'B' },
      kind.row({ externalId: undefined }),
    ]);
    const failed = await records.post([{ externalId: 'C' }]);
    const [third, second, first] = await logs();
    expect([first, second, third].map((log) => [log?.['status'], log?.['recordsAffected']])).toEqual([
      ['SUCCESS', 1],
      ['PARTIAL', 1],
      ['ERROR', 0],
    ]);
    expect(second?.['metadata']).toMatchObject({ errors: partial.body.errors });
    expect(third?.['metadata']).toMatchObject({ errors: failed.body.errors });
    expect([second?.['errorMessage'], third?.['errorMessage']]).toEqual([
      expect.any(String),
      expect.any(String),
    ]);
  });

  it('keeps the errors of a call whose 500 rows were all refused', async () => {
    const rows = Array.from({ length: 500 }, (_, index) => ({ externalId: `LOT-2026-${index}` }));
    await records.post(rows);
    const [log] = await logs();
    const { errors } = log?.['metadata'] as { errors: Row[] };
    expect(errors).toHaveLength(500);
    expect(errors[499]).toMatchObject({ externalId: rows[499]?.externalId, index: 499 });
  });

  it('has an entry for each single write that was accepted', async () => {
    await records.put('X', records.body());
    await records.put('X', records.body(kind.change));
    await records.delete('X');
    expect((await logs()).map((log) => [log['action'], log['status'], log['recordsAffected']])).toEqual([
      ['DELETE', 'SUCCESS', 1],
      ['UPDATE', 'SUCCESS', 1],
      ['CREATE', 'SUCCESS', 1],
    ]);
  });

  it('has no entry for what found nothing', async () => {
    await records.delete('nope');
    await records.get('nope');
    expect(await logs()).toEqual([]);
  });
});

describe('reading the sync logs', () => {
  let all: AllRecords;
  beforeAll(async () => {
    all = await givenAllRecords(app);
    await all.suppliers.post([{}]);
    for (let run = 0; run < 5; run += 1) await all.products.post([all.products.kind.row(), {}]);
    await all.batches.put('B', all.batches.body());
  });
  const read = (query = '') => all.erp.client.get(`/sync-logs${query}`);

  it('pages from the newest to the oldest', async () => {
    const { body } = await read();
    const { data, ...rest } = body;
    expect(rest).toEqual({ total: 9, page: 1, limit: 50, totalPages: 1 });
    const times = data.map((log: Row) => Date.parse(log['createdAt'] as string));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(data[0]).toMatchObject({ entityType: 'BATCH', action: 'CREATE' });
    const pages = await Promise.all([1, 2, 3].map((page) => read(`?limit=4&page=${page}`)));
    expect(pages.map((page) => [page.body.data.length, page.body.totalPages, page.body.limit])).toEqual([
      [4, 3, 4],
      [4, 3, 4],
      [1, 3, 4],
    ]);
    expect(pages.flatMap((page) => page.body.data)).toEqual(data);
    expect((await read('?page=4&limit=4')).body).toMatchObject({ data: [], total: 9 });
  });

  it('filters by type and status', async () => {
    const count = async (query: string) => {
      const { body } = await read(query);
      expect(body.data).toHaveLength(body.total);
      return body.total as number;
    };
    expect(await count('?entityType=PRODUCT')).toBe(6);
    expect(await count('?status=PARTIAL')).toBe(5);
    expect(await count('?status=ERROR')).toBe(1);
    expect(await count('?status=IN_PROGRESS')).toBe(0);
    expect(await count('?entityType=PRODUCT&status=SUCCESS')).toBe(1);
    expect(await count('?entityType=SUPPLIER&status=PARTIAL')).toBe(0);
  });

  it('lowers a limit over 100', async () => {
    expect((await read('?limit=1000')).body.limit).toBe(100);
  });

  it.each([
    ['?entityType=PLOT', 'entityType'],
    ['?status=DONE', 'status'],
    ['?status=success', 'status'],
    ['?page=0', 'page'],
    ['?limit=-1', 'limit'],
    ['?action=CREATE', 'action'],
  ])('refuses %s', async (query, path) => {
    expectInvalid(await read(query), path);
  });
});
