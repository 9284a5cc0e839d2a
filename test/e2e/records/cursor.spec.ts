import { startApp, type TestApp } from '../../support/app/app.js';
import { expectInvalid } from '../../support/http/expect-error.js';
import type { Row } from '../../support/app/factories.js';
import { givenRecords, KINDS, type RecordKind, type Records, walk } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const ids = (rows: Row[]): unknown[] => rows.map((row) => row['externalId']);

/** 230 records: more than any one page holds. */
async function givenMany(kind: RecordKind): Promise<Records> {
  const records = await givenRecords(app, kind);
  await records.post(Array.from({ length: 230 }, (_, index) => kind.row({ externalId: `R-${index}` })));
  return records;
}

const cursorOf = async (records: Records, query: string): Promise<string> =>
  encodeURIComponent((await records.list(query)).body.nextCursor as string);

describe.each(KINDS)('a cursor walk over $plural', (kind) => {
  it('sees each record once', async () => {
    const records = await givenMany(kind);
    for (const limit of [7, 50, 100]) {
      const seen = ids(await walk(records, `?limit=${limit}`));
      expect([seen.length, new Set(seen).size]).toEqual([230, 230]);
    }
  });

  it('sees each record once that stays, while others come, change and go', async () => {
    const records = await givenMany(kind);
    const seen = ids(
      await walk(records, '?limit=20', async (page) => {
        await records.post([
          kind.row({ externalId: `NEW-${page}` }),
          kind.row({ externalId: `R-${200 + page}`, ...kind.change }),
        ]);
        await records.delete(`R-${page}`);
        await records.delete(`R-${100 - page}`);
      }),
    );
    const gone = new Set(Array.from({ length: 100 }, (_, page) => `R-${page}`));
    const stay = Array.from({ length: 230 }, (_, index) => `R-${index}`).filter((id) => !gone.has(id));
    expect(new Set(seen).size).toBe(seen.length);
    expect(stay.filter((id) => !seen.includes(id))).toEqual([]);
  });

  it('sees each record once with since, while records change under it', async () => {
    const records = await givenMany(kind);
    const query = '?since=2000-01-01T00:00:00Z&limit=50';
    const seen = ids(
      await walk(records, query, async (page) => {
        if (page < 4) await records.post([kind.row({ externalId: `R-${page}`, ...kind.change })]);
      }),
    );
    const missed = Array.from({ length: 230 }, (_, index) => `R-${index}`).filter((id) => !seen.includes(id));
    expect(missed).toEqual([]);
  });

  it('goes on where the record it stopped at was deleted', async () => {
    const records = await givenMany(kind);
    const { body: first } = await records.list('?limit=10');
    await records.delete(first.entities[9].externalId as string);
    const { body: second } = await records.list(`?limit=100&cursor=${encodeURIComponent(first.nextCursor)}`);
    expect(second.entities).toHaveLength(100);
    expect(ids(second.entities)).not.toContain(first.entities[9].externalId);
  });

  it('may change its limit on the way, and tells the exact total', async () => {
    const records = await givenMany(kind);
    const cursor = await cursorOf(records, '?limit=30');
    const { body } = await records.list(`?limit=100&cursor=${cursor}`);
    expect([body.entities.length, body.limit, body.total]).toEqual([100, 100, 230]);
  });

  it.each([
    ['empty', ''],
    ['no cursor', 'abc'],
    ['no base64', '%00%ff!'],
    ['a number', Buffer.from('17').toString('base64url')],
    ['an empty list', Buffer.from('[]').toString('base64url')],
    ['an object', Buffer.from('{"a":1}').toString('base64url')],
    ['numbers for keys', Buffer.from('[2,3]').toString('base64url')],
    ['broken text', Buffer.from('[2,"sup_\u0000"]').toString('base64url')],
    ['a broken page', Buffer.from('[-5,"sup_01kan2x5v6fkrb3m1s3c1v9y7t"]').toString('base64url')],
    ['very long', 'W'.repeat(4000)],
  ])('with a cursor that is %s is a 400', async (_, cursor) => {
    const records = await givenRecords(app, kind);
    for (const query of ['', 'since=2000-01-01T00:00:00Z&']) {
      expectInvalid(await records.list(`?${query}cursor=${encodeURIComponent(cursor)}`), 'cursor');
    }
  });

  it('refuses the cursor of another list', async () => {
    const records = await givenMany(kind);
    const other = await givenMany(KINDS.find((candidate) => candidate !== kind) as RecordKind);
    const since = 'since=2000-01-01T00:00:00Z';
    expectInvalid(await records.list(`?cursor=${await cursorOf(other, '')}`), 'cursor');
    expectInvalid(await records.list(`?${since}&cursor=${await cursorOf(other, `?${since}`)}`), 'cursor');
    expectInvalid(await records.list(`?cursor=${await cursorOf(records, `?${since}`)}`), 'cursor');
    expectInvalid(await records.list(`?${since}&cursor=${await cursorOf(records, '')}`), 'cursor');
  });

  it('shows nothing of the integration that the cursor came from', async () => {
    const cursor = await cursorOf(await givenMany(kind), '?limit=1');
    const stranger = await givenRecords(app, kind);
    expect((await stranger.list(`?cursor=${cursor}`)).body.entities ?? []).toEqual([]);
  });
});
