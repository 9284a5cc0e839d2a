import { startApp, type TestApp } from '../../support/app/app.js';
import { givenRecords, KINDS, type Records } from '../../support/records/records.js';

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
