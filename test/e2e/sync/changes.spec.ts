import { startApp, type TestApp } from '../../support/app/app.js';
import {
  type Change,
  feedHead,
  followFeed,
  inShort,
  listed,
  readFeed,
  replayed,
  writeALot,
} from '../../support/records/changes.js';
import { expectInvalid } from '../../support/http/expect-error.js';
import { givenErp, supplier } from '../../support/app/factories.js';
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

describe.each(KINDS)('the change feed, of $plural,', (kind) => {
  let records: Records;
  let head: string;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
    head = await feedHead(records.client);
  });
  const since = async (): Promise<Change[]> => (await followFeed(records.client, head)).changes;

  it('says which record changed, how and when', async () => {
    const before = Date.now();
    const { body } = await records.post([kind.row({ externalId: 'X' })]);
    const after = Date.now();
    const page = await readFeed(records.client, head);
    expect(page).toEqual({
      changes: [
        {
          type: kind.entityType,
          externalId: 'X',
          internalId: body.records[0].internalId,
          change: 'created',
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        },
      ],
      nextCursor: expect.any(String),
      hasMore: false,
    });
    const at = Date.parse(page.changes[0]?.at as string);
    expect([at >= before, at <= after]).toEqual([true, true]);
  });

  it('tells creation, update and deletion in the order of their commits', async () => {
    await records.post([kind.row({ externalId: 'X' })]);
    await records.post([kind.row({ externalId: 'X', ...kind.change })]);
    await records.put('Y', records.body());
    await records.put('Y', records.body(kind.change));
    await records.delete('X');
    expect(inShort(await since())).toEqual(['created X', 'updated X', 'created Y', 'updated Y', 'deleted X']);
  });

  it('tells a revived record as created, under its internalId', async () => {
    await records.post([kind.row({ externalId: 'X' })]);
    await records.delete('X');
    await records.post([kind.row({ externalId: 'X' })]);
    const changes = await since();
    expect(inShort(changes)).toEqual(['created X', 'deleted X', 'created X']);
    expect(new Set(changes.map(({ internalId }) => internalId)).size).toBe(1);
  });

  it('has nothing of rows that changed nothing', async () => {
    const row = kind.row({ externalId: 'X', ...kind.optional });
    await records.post([row]);
    await records.post([row]);
    const { externalId: _, ...body } = row;
    await records.put('X', body);
    expect(inShort(await since())).toEqual(['created X']);
  });

  it('has nothing of what was refused', async () => {
    await records.post([{ externalId: 'BAD' }, kind.row({ externalId: 'GOOD' })]);
    await records.put('BAD', {});
    await records.put('GOOD', records.body(kind.change), { 'if-match': '"other"' });
    await records.delete('GOOD', { 'if-match': '"other"' });
    await records.delete('BAD');
    expect(inShort(await since())).toEqual(['created GOOD']);
  });

  it('has each of the 500 records of a bulk call once', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => `R-${index}`);
    await records.post(ids.map((externalId) => kind.row({ externalId })));
    const told = inShort(await since());
    expect([told.length, new Set(told)]).toEqual([500, new Set(ids.map((id) => `created ${id}`))]);
  });
});

describe('a reader of the change feed', () => {
  let all: AllRecords;
  beforeEach(async () => {
    all = await givenAllRecords(app);
  });
  const client = () => all.erp.client;

  it('begins with the oldest change where it brings no cursor', async () => {
    expect(inShort((await followFeed(client())).changes)).toEqual(['created BASE-SUP', 'created BASE-ITEM']);
  });

  it('begins at the head with cursor=latest: no changes, then only later ones', async () => {
    const { changes, nextCursor, hasMore } = await readFeed(client(), 'latest');
    expect([changes, hasMore]).toEqual([[], false]);
    await all.suppliers.put('LATER', all.suppliers.body());
    expect(inShort((await followFeed(client(), nextCursor)).changes)).toEqual(['created LATER']);
  });

  it('of an integration without records finds nothing, and later what came', async () => {
    const { client: fresh } = await givenErp(app);
    for (const start of [undefined, 'latest']) {
      const { changes, cursor } = await followFeed(fresh, start);
      expect(changes).toEqual([]);
      await fresh.post('/suppliers', { suppliers: [supplier({ externalId: `AFTER-${start}` })] });
      expect(inShort((await followFeed(fresh, cursor)).changes)).toContain(`created AFTER-${start}`);
    }
  });

  it('keeps its place at the end while nothing happens', async () => {
    const end = await followFeed(client());
    const idle = await readFeed(client(), end.cursor);
    expect([idle.changes, idle.hasMore]).toEqual([[], false]);
    await all.suppliers.put('LATER', all.suppliers.body());
    expect(inShort((await followFeed(client(), idle.nextCursor)).changes)).toEqual(['created LATER']);
  });

  it('catches up exactly: replayed onto nothing, the feed gives what the lists show', async () => {
    await writeALot(all);
    const held = replayed((await followFeed(client())).changes);
    expect(held).toEqual(await listed(all));
    expect(held.size).toBeGreaterThan(20);
  });

  it.each([
    ['empty', ''],
    ['no cursor', 'abc'],
    ['of other letters', '%00%ff!'],
    ['a number', Buffer.from('17').toString('base64url')],
    ['an empty list', Buffer.from('[]').toString('base64url')],
    ['a list of text', Buffer.from('["a","b"]').toString('base64url')],
    ['a position before the first', Buffer.from('[-1,-1]').toString('base64url')],
    ['very long', 'W'.repeat(4_000)],
  ])('with a cursor that is %s is told so with a 400', async (_, cursor) => {
    expectInvalid(await client().get(`/changes?cursor=${encodeURIComponent(cursor)}`), 'cursor');
  });

  it('is refused the cursor of a list', async () => {
    await all.suppliers.put('SECOND', all.suppliers.body());
    const { body } = await all.suppliers.list('?limit=1');
    expectInvalid(await client().get(`/changes?cursor=${encodeURIComponent(body.nextCursor)}`), 'cursor');
  });
});
