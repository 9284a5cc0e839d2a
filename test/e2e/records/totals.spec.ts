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
  });
  const rows = (prefix: string, howMany: number) =>
    Array.from({ length: howMany }, (_, index) => kind.row({ externalId: `${prefix}-${index}` }));
  const expectTotal = async (total: number) => {
    expect((await records.list('?limit=1')).body.total).toBe(total);
    expect((await records.client.get('/sync-status')).body[kind.plural]).toEqual({ total });
    expect((await records.list('?limit=100')).body.entities).toHaveLength(Math.min(total, 100));
  };

  it('follows creates, updates, refusals, deletes and revivals', async () => {
    await records.post(rows('R', 5));
    await expectTotal(5);
    await records.post([...rows('R', 2), { externalId: 'BAD' }]);
    await expectTotal(5);
    await records.put('P', records.body());
    await records.put('P', records.body(kind.change));
    await expectTotal(6);
    await records.delete('R-0');
    await records.delete('R-0');
    await records.delete('P');
    await expectTotal(4);
    await records.post(rows('R', 1));
    await records.put('P', records.body());
    await expectTotal(6);
    await records.post([...rows('R', 1), ...rows('R', 1)]);
    await expectTotal(6);
  });

  it('is exact after many writers at once', async () => {
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      const answers = [
        await records.post([...rows(`W${writer}`, 10), ...rows('SHARED', 10)]),
        await records.delete(`W${writer}-0`),
        await records.delete(`SHARED-${writer % 4}`),
        await records.put(`PUT-${writer % 2}`, records.body()),
        await records.post(rows('SHARED', 4)),
      ];
      return answers.map(({ status }) => status);
    });
    const statuses = (await Promise.all(writers)).flat();
    expect(statuses.filter((status) => ![200, 201, 204, 404].includes(status))).toEqual([]);
    await expectTotal(8 * 9 + (await alive('SHARED', 10)) + 2);
  });

  async function alive(prefix: string, howMany: number): Promise<number> {
    const reads = rows(prefix, howMany).map((row) => records.get(row['externalId'] as string));
    return (await Promise.all(reads)).filter(({ status }) => status === 200).length;
  }
});

describe.each(KINDS)('the total in lists of $plural', (kind) => {
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
