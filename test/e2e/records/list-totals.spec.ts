import { ENGINE } from '../../../src/platform/config/engine.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { givenRecords, KINDS, nextInstant, type Records } from '../../support/records/records.js';

const EVER = 'since=2000-01-01T00:00:00Z';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe.each(KINDS)('the total of $plural', (kind) => {
  let records: Records;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
    await records.post(['A', 'B', 'C', 'D'].map((externalId) => kind.row({ externalId })));
  });
  const total = async (query: string) => (await records.list(`?${query}`)).body.total as number;

  it('counts with since what the pages show, deleted ones too', async () => {
    const since = await nextInstant();
    expect(await total(`since=${since}`)).toBe(0);
    await records.post([kind.row({ externalId: 'B', ...kind.change })]);
    await records.delete('C');
    expect(await total(`since=${since}`)).toBe(2);
    expect(await total(`since=${since}&limit=1&page=2`)).toBe(2);
    expect(await total(EVER)).toBe(4);
    expect(await total('limit=1')).toBe(3);
  });

  it('with since is counted on the first page and carried by its cursor', async () => {
    const { body: first } = await records.list(`?${EVER}&limit=2`);
    await records.post([kind.row({ externalId: 'E' })]);
    const { body: second } = await records.list(`?${EVER}&limit=2&cursor=${first.nextCursor}`);
    const { body: third } = await records.list(`?${EVER}&limit=2&cursor=${second.nextCursor}`);
    expect([first.total, second.total, third.total]).toEqual([4, 4, 4]);
    expect(await total(EVER)).toBe(5);
  });

  it('is counted where a cursor of an earlier version carries none', async () => {
    const { body } = await records.list(`?${EVER}&limit=2`);
    const parts = JSON.parse(Buffer.from(body.nextCursor as string, 'base64url').toString()) as unknown[];
    const earlier = Buffer.from(JSON.stringify(parts.slice(0, 3))).toString('base64url');
    expect((await records.list(`?${EVER}&cursor=${earlier}`)).body.total).toBe(4);
  });

  it('counts chosen ids, and with since those of them that changed', async () => {
    const status = (query: string) =>
      records.client.get(
        `/sync-status?entityType=${kind.entityType}&externalIds=A,B,C,none&limit=1&${query}`,
      );
    const since = await nextInstant();
    await records.delete('C');
    const { body: first } = await status('');
    expect(first.total).toBe(2);
    expect((await status(`cursor=${first.nextCursor}`)).body.total).toBe(2);
    expect((await status(`since=${since}`)).body.total).toBe(1);
  });

  it('with since is counted in the index of changes alone', async () => {
    const rows = await app.database.select<Record<string, unknown>>(
      `EXPLAIN ${ENGINE === 'mysql' ? '' : 'QUERY PLAN'} SELECT COUNT(*) AS n FROM ${kind.plural}
       ${ENGINE === 'mysql' ? `FORCE INDEX (ix_${kind.plural}_changed)` : `INDEXED BY ix_${kind.plural}_changed`}
       WHERE integration_id = 'int_1' AND updated_at >= '2026-01-01 00:00:00.000'`,
    );
    expect(JSON.stringify(rows)).toMatch(
      new RegExp(`(COVERING INDEX ix_${kind.plural}_changed|Using index)`),
    );
  });
});
