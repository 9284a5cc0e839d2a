import { toSqlInstant } from '../../../src/platform/database/instant.js';
import { ChangeFeed } from '../../../src/records/changes/change-feed.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { feedHead, followFeed, inShort, readFeed } from '../../support/records/changes.js';
import type { Client } from '../../support/http/client.js';
import { expectError } from '../../support/http/expect-error.js';
import { type Erp, givenErp, supplier } from '../../support/app/factories.js';
import { daysAgo } from '../../support/webhooks/outbox-rows.js';

const KEPT_DAYS = 30;

let app: TestApp;
let feed: ChangeFeed;
let erp: Erp;
/** What the feed gave before the first write and after each. */
let cursors: string[];
beforeAll(async () => {
  app = await startApp({ WEBHOOK_DISPATCHER: 'false' });
  feed = app.nest.get(ChangeFeed);
});
afterAll(() => app.close());
beforeEach(async () => {
  erp = await givenErp(app);
  cursors = [await feedHead(erp.client)];
  for (const externalId of ['A', 'B', 'C', 'D']) cursors.push(await write(erp.client, externalId));
});

async function write(client: Client, externalId: string): Promise<string> {
  await client.post('/suppliers', { suppliers: [supplier({ externalId })] });
  return feedHead(client);
}

/** Lets the first so many writes of the integration grow too old, and has them swept. */
async function sweepFirst(howMany: number): Promise<void> {
  await app.database.write(
    'UPDATE change_log SET created_at = ? WHERE integration_id = ? AND sequence <= ?',
    [toSqlInstant(daysAgo(KEPT_DAYS + 1)), erp.integrationId, howMany],
  );
  expect(await feed.sweep(daysAgo(KEPT_DAYS))).toBe(howMany);
  expect(await feed.sweep(daysAgo(KEPT_DAYS))).toBe(0);
}

const after = async (cursor?: string): Promise<string[]> =>
  inShort((await readFeed(erp.client, cursor)).changes);

describe('a cursor', () => {
  it.each([0, 1])('after which something was swept is a 410 that says how to start over', async (place) => {
    await sweepFirst(2);
    const answer = await erp.client.get(`/changes?cursor=${cursors[place]}`);
    expectError(answer, 410, 'CURSOR_EXPIRED', /cursor=latest.*lists.*continue/);
  });

  it('at the last that was swept still works, and those after it do', async () => {
    await sweepFirst(2);
    expect(await after(cursors[2])).toEqual(['created C', 'created D']);
    expect(await after(cursors[3])).toEqual(['created D']);
    expect(await after(cursors[4])).toEqual([]);
  });

  it('that has read all works on, also when all of it was swept', async () => {
    await sweepFirst(4);
    expect(await after(cursors[4])).toEqual([]);
    await write(erp.client, 'E');
    expect(await after(cursors[4])).toEqual(['created E']);
  });

  it('of another integration is not touched', async () => {
    const other = await givenErp(app);
    const cursor = await feedHead(other.client);
    await write(other.client, 'OTHER');
    await sweepFirst(3);
    expect(inShort((await readFeed(other.client, cursor)).changes)).toEqual(['created OTHER']);
  });
});

describe('a reader who starts over after a sweep', () => {
  it('with the latest is told of nothing old and of all that is new', async () => {
    await sweepFirst(2);
    const head = await feedHead(erp.client);
    await write(erp.client, 'E');
    expect(await after(head)).toEqual(['created E']);
  });

  it('without a cursor is told of what is kept', async () => {
    await sweepFirst(2);
    expect(await after()).toEqual(['created C', 'created D']);
  });

  it('without a cursor, when nothing is kept, gets one that works', async () => {
    await sweepFirst(4);
    const { changes, cursor } = await followFeed(erp.client);
    expect(changes).toEqual([]);
    await write(erp.client, 'E');
    expect(await after(cursor)).toEqual(['created E']);
  });
});
