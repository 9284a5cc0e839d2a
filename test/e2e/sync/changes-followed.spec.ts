import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import {
  type Change,
  feedHead,
  followFeed,
  inShort,
  listed,
  readFeed,
  replayed,
} from '../../support/records/changes.js';
import { type Erp, givenErp, product, supplier } from '../../support/app/factories.js';
import { type AllRecords, givenAllRecords, recordsOf } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('a change feed that is longer than a page', () => {
  const BULK_CALLS = 4;
  const SINGLE_WRITES = 40;
  let all: AllRecords;
  let written: string[];
  beforeAll(async () => {
    all = await givenAllRecords(app);
    written = ['created BASE-SUP', 'created BASE-ITEM'];
    for (let call = 0; call < BULK_CALLS; call += 1) {
      const ids = Array.from({ length: 500 }, (_, index) => `R-${call}-${index}`);
      await all.products.post(ids.map((externalId) => product({ externalId })));
      written.push(...ids.map((id) => `created ${id}`));
    }
    for (let write = 0; write < SINGLE_WRITES; write += 1) {
      await all.suppliers.put(`S-${write}`, all.suppliers.body());
      written.push(`created S-${write}`);
    }
  });

  it('comes over several calls, whole and once, and says in all but the last that there is more', async () => {
    const { changes, pages } = await followFeed(all.erp.client);
    expect([...inShort(changes)].sort()).toEqual([...written].sort());
    expect(inShort(changes).slice(-SINGLE_WRITES)).toEqual(written.slice(-SINGLE_WRITES));
    expect(pages).toBeGreaterThan(1);
  });

  it('gives the same page to who asks again', async () => {
    const first = await readFeed(all.erp.client);
    expect([first.hasMore, await readFeed(all.erp.client)]).toEqual([true, first]);
    const second = await readFeed(all.erp.client, first.nextCursor);
    expect(await readFeed(all.erp.client, first.nextCursor)).toEqual(second);
    expect(inShort(second.changes).filter((change) => inShort(first.changes).includes(change))).toEqual([]);
  });

  it('leads a token that may read little past pages that hold nothing for it', async () => {
    const { integrationId, companyId } = all.erp;
    const scopes = ['integration:suppliers:read'] as const;
    const { client } = await givenErp(app, { integrationId, companyId, scopes });
    const { changes } = await followFeed(client);
    expect(inShort(changes)).toEqual(['created BASE-SUP', ...written.slice(-SINGLE_WRITES)]);
  });
});

describe('a reader that follows the feed while eight callers write, in two processes,', () => {
  const CALLERS = 8;
  const CALLS = 12;

  it('sees every acknowledged change, skips none, and ends with what the lists show', async () => {
    const elsewhere = await startApp({}, app.env);
    const all = await givenAllRecords(app);
    const start = await feedHead(all.erp.client);
    const writers = Array.from({ length: CALLERS }, (_, caller) => {
      const { erp } = all;
      const there = recordsOf({ ...erp, client: new Client(elsewhere.url, erp.token) });
      return keepWriting(caller % 2 ? there : all, caller);
    });
    const writing = Promise.all(writers);
    const followed = await followUntil(all.erp, start, writing);
    const acknowledged = (await writing).flat();
    await elsewhere.close();

    const seen = new Set(inShort(followed));
    expect(acknowledged.filter((change) => !seen.has(change))).toEqual([]);
    expect(acknowledged).toHaveLength(CALLERS * CALLS * 8);
    const afterwards = (await followFeed(all.erp.client, start)).changes;
    expect(inOrder(followed)).toEqual(inOrder(afterwards));
    const held = replayed((await followFeed(all.erp.client)).changes);
    expect(held).toEqual(await listed(all));
  });

  /** Creates five records a call, changes two of them and deletes one; gives back what was acknowledged. */
  async function keepWriting({ suppliers }: AllRecords, caller: number): Promise<string[]> {
    const acknowledged: string[] = [];
    for (let call = 0; call < CALLS; call += 1) {
      const ids = Array.from({ length: 5 }, (_, index) => `C${caller}-${call}-${index}`);
      const rows = ids.map((externalId) => supplier({ externalId, name: 'new' }));
      const changed = rows.slice(0, 2).map((row) => ({ ...row, name: 'changed' }));
      expect((await suppliers.post(rows)).body.created).toBe(5);
      expect((await suppliers.post(changed)).body.updated).toBe(2);
      expect((await suppliers.delete(ids[0] as string)).status).toBe(204);
      acknowledged.push(...ids.map((id) => `created ${id}`));
      acknowledged.push(...ids.slice(0, 2).map((id) => `updated ${id}`), `deleted ${ids[0]}`);
    }
    return acknowledged;
  }

  /** Reads on and on until the writers are done and nothing is left. */
  async function followUntil(erp: Erp, start: string, writing: Promise<unknown>): Promise<Change[]> {
    let done = false;
    const stop = (): void => void (done = true);
    void writing.then(stop, stop);
    const seen: Change[] = [];
    for (let cursor = start, last = false; !last;) {
      last = done;
      const { changes, cursor: next } = await followFeed(erp.client, cursor);
      seen.push(...changes);
      cursor = next;
    }
    return seen;
  }

  /** Each change once: a reader may be told one again. */
  function inOrder(changes: Change[]): string[] {
    return [...new Set(changes.map((change) => JSON.stringify(change)))];
  }
});
