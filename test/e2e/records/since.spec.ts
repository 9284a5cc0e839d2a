import { startApp, type TestApp } from '../../support/app/app.js';
import { expectInvalid } from '../../support/http/expect-error.js';
import type { Row } from '../../support/app/factories.js';
import { givenRecords, KINDS, nextInstant, type Records } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const ids = (entities: Row[]): unknown[] => entities.map((entity) => entity['externalId']).sort();

/** The same instant as a clock with this offset from UTC would write it. */
function withOffset(instant: string, hours: number, suffix: string): string {
  return new Date(Date.parse(instant) + hours * 3_600_000).toISOString().replace('Z', suffix);
}

describe.each(KINDS)('$plural since a time', (kind) => {
  let records: Records;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
  });
  const since = (time: string) => records.list(`?since=${encodeURIComponent(time)}`);

  it('are those changed at or after it', async () => {
    await records.post([kind.row({ externalId: 'OLD' })]);
    await nextInstant();
    await records.post([kind.row({ externalId: 'NEW' })]);
    const { updatedAt } = (await records.get('NEW')).body;
    expect(ids((await since(updatedAt)).body.entities)).toEqual(['NEW']);
    const after = new Date(Date.parse(updatedAt) + 1).toISOString();
    expect((await since(after)).body.entities).toEqual([]);
    expect(ids((await since('2000-01-01T00:00:00Z')).body.entities)).toEqual(['NEW', 'OLD']);
  });

  it('include those changed by a bulk row or PUT', async () => {
    await records.post(['A', 'B', 'C'].map((externalId) => kind.row({ externalId })));
    const start = await nextInstant();
    await records.post([kind.row({ externalId: 'A', ...kind.change })]);
    await records.put('B', records.body(kind.change));
    expect(ids((await since(start)).body.entities)).toEqual(['A', 'B']);
  });

  it('show the deleted with deletedAt, and only there', async () => {
    await records.post([kind.row({ externalId: 'A' }), kind.row({ externalId: 'B' })]);
    const start = await nextInstant();
    await records.delete('A');
    const { body } = await since(start);
    expect(body.entities).toEqual([
      expect.objectContaining({
        externalId: 'A',
        internalId: expect.any(String),
        deletedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      }),
    ]);
    expect(Date.parse(body.entities[0].deletedAt)).toBeGreaterThanOrEqual(Date.parse(start));
    expect(ids((await records.list()).body.entities)).toEqual(['B']);
    expect((await records.list()).body.entities[0]).not.toHaveProperty('deletedAt');
  });

  it('do not include a record for a row that was refused', async () => {
    await records.post([kind.row({ externalId: 'A' })]);
    const start = await nextInstant();
    await records.post([{ externalId: 'A' }]);
    expect((await since(start)).body.entities).toEqual([]);
  });

  it('tell how many records all pages show, the deleted ones too', async () => {
    await records.post(['A', 'B', 'C'].map((externalId) => kind.row({ externalId })));
    await records.delete('A');
    const { body } = await since('2000-01-01T00:00:00Z');
    expect([body.entities.length, body.total]).toEqual([3, 3]);
  });

  it('understand any time zone', async () => {
    await records.post([kind.row({ externalId: 'OLD' })]);
    await nextInstant();
    await records.post([kind.row({ externalId: 'NEW' })]);
    const { updatedAt } = (await records.get('NEW')).body;
    const same = [
      withOffset(updatedAt, 2, '+02:00'),
      withOffset(updatedAt, -9, '-09:00'),
      withOffset(updatedAt, 0, '+00:00'),
    ];
    for (const time of same) expect(ids((await since(time)).body.entities)).toEqual(['NEW']);
    const tooLate = withOffset(new Date(Date.parse(updatedAt) + 1000).toISOString(), 2, '+02:00');
    expect((await since(tooLate)).body.entities).toEqual([]);
  });

  it.each([
    'yesterday',
    '',
    '2026-13-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-01-01T25:00:00Z',
    '2026-01-01T00:00:00+99:00',
    '01.02.2026',
    '1767225600',
    '1767225600000',
    '2026-01-01T00:00:00Z; DROP TABLE supplier',
    '99999999-01-01T00:00:00Z',
  ])('refuse %j as a time', async (time) => {
    expectInvalid(await since(time), 'since');
  });
});
