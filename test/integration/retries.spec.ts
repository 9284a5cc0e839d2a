import { setTimeout as wait } from 'node:timers/promises';
import { WriteRace } from '../../src/platform/database/database-errors.js';
import type { Tx } from '../../src/platform/database/database.js';
import { AppError } from '../../src/platform/errors/app-error.js';
import { onServer } from '../support/databases/database.js';
import { gate } from '../support/waiting/gate.js';
import { type OpenDatabase, openDatabase } from '../support/databases/open-database.js';

const POOL = 10;

let open: OpenDatabase;
/** Another process on the same database. */
let elsewhere: OpenDatabase;
beforeAll(async () => {
  open = await openDatabase();
  elsewhere = await openDatabase(open.env);
  await open.database.write('CREATE TABLE counters (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)');
});
beforeEach(async () => {
  await open.database.write('DELETE FROM counters');
  await open.database.write('INSERT INTO counters (id, n) VALUES (1, 0), (2, 0)');
});
afterAll(async () => {
  await open.close();
  await elsewhere.close();
});

const raise = (tx: Tx, id: number): Promise<number> =>
  tx.write('UPDATE counters SET n = n + 1 WHERE id = ?', [id]);
async function counts(): Promise<number[]> {
  const rows = await open.database.select<{ n: number }>('SELECT n FROM counters ORDER BY id');
  return rows.map(({ n }) => Number(n));
}
const isUnavailable = (error: unknown): boolean =>
  error instanceof AppError && error.kind.code === 'SERVICE_UNAVAILABLE' && error.kind.status === 503;

/** Another process's transaction that has locked counter 1 until it is let go. */
async function lockedElsewhere(): Promise<{ letGo(): Promise<void> }> {
  const [locked, ended] = [gate(), gate()];
  const transaction = elsewhere.database.transaction(async (tx) => {
    await raise(tx, 1);
    locked.open();
    await ended.passed;
  });
  await Promise.race([locked.passed, transaction]);
  return {
    letGo: () => {
      ended.open();
      return transaction;
    },
  };
}

describe('a transaction that lost a race', () => {
  it('runs again from the start, with nothing of the first attempt left', async () => {
    let runs = 0;
    await open.database.transaction(async (tx) => {
      runs += 1;
      await raise(tx, 1);
      if (runs < 3) throw new WriteRace('another writer was first');
    });
    expect([runs, await counts()]).toEqual([3, [1, 0]]);
  });

  it('gives up after a bounded number of attempts with a 503 that says when to come back', async () => {
    let runs = 0;
    const lost = open.database.transaction(async (tx) => {
      runs += 1;
      await raise(tx, 1);
      throw new WriteRace('another writer was first');
    });
    const error: unknown = await lost.catch((thrown: unknown) => thrown);
    expect(isUnavailable(error)).toBe(true);
    expect((error as AppError).headers).toMatchObject({ 'Retry-After': expect.stringMatching(/^[1-9]\d*$/) });
    expect(runs).toBeGreaterThan(3);
    expect(runs).toBeLessThan(50);
    expect(await counts()).toEqual([0, 0]);
  });
});

(onServer ? describe : describe.skip)('on the server engine', () => {
  it('two transactions that lock two rows crosswise both succeed, and each is counted once', async () => {
    const locked = [gate(), gate()];
    let runs = 0;
    const crosswise = (first: number, second: number): Promise<void> => {
      let mine = 0;
      return open.database.transaction(async (tx) => {
        runs += 1;
        mine += 1;
        await raise(tx, first);
        locked[first - 1]?.open();
        if (mine === 1) await locked[second - 1]?.passed;
        await raise(tx, second);
      });
    };
    await Promise.all([crosswise(1, 2), crosswise(2, 1)]);
    expect(runs).toBeGreaterThan(2);
    expect(await counts()).toEqual([2, 2]);
  });

  it('a lock that was waited for too long is waited for again', async () => {
    const holder = await lockedElsewhere();
    const again = gate();
    let runs = 0;
    const waiter = open.database.transaction(async (tx) => {
      runs += 1;
      if (runs > 1) again.open();
      await tx.write('SET SESSION innodb_lock_wait_timeout = 1');
      await raise(tx, 1);
    });
    await again.passed;
    await holder.letGo();
    await waiter;
    expect(runs).toBeGreaterThan(1);
    expect(await counts()).toEqual([2, 0]);
  });

  it('every pooled connection reads what is committed', async () => {
    const all = gate();
    let held = 0;
    const levelOf = (): Promise<string> =>
      open.database.transaction(async (tx) => {
        held += 1;
        if (held === POOL) all.open();
        await all.passed;
        const [row] = await tx.select<{ Value: string }>(
          "SHOW SESSION VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')",
        );
        return String(row?.Value);
      });
    const levels = await Promise.all(Array.from({ length: POOL }, levelOf));
    expect(new Set(levels)).toEqual(new Set(['READ-COMMITTED']));
  });

  it('a connection that the server killed is replaced, and the caller hears of a 503 at most', async () => {
    const killed = open.database.transaction(async (tx) => {
      const [row] = await tx.select<{ id: number }>('SELECT CONNECTION_ID() AS id');
      await raise(tx, 1);
      await elsewhere.database.dataSource.query(`KILL ${Number(row?.id)}`);
      await raise(tx, 1);
    });
    expect(isUnavailable(await killed.catch((thrown: unknown) => thrown))).toBe(true);
    await open.database.transaction((tx) => raise(tx, 2));
    expect(await counts()).toEqual([0, 1]);
  });
});

(onServer ? describe.skip : describe)('on the embedded engine, while another process writes', () => {
  const LONGEST_GAP_MS = 150;

  /** The longest time for which the event loop stood still during some work. */
  async function longestGap(work: Promise<unknown>): Promise<number> {
    let last = performance.now();
    let longest = 0;
    const tick = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }, 2);
    await work.finally(() => clearInterval(tick));
    return longest;
  }

  it.each<[string, () => Promise<unknown>]>([
    ['a transaction', () => open.database.transaction((tx) => raise(tx, 1))],
    ['a lone statement', () => open.database.write('UPDATE counters SET n = n + 1 WHERE id = 1')],
  ])('%s waits for its turn without standing in the way of others', async (_name, write) => {
    const holder = await lockedElsewhere();
    const written = write();
    const released = wait(300).then(() => holder.letGo());
    const gap = await longestGap(Promise.all([written, released]));
    expect(await counts()).toEqual([2, 0]);
    expect(gap).toBeLessThan(LONGEST_GAP_MS);
  });

  it('gives up with a 503 when the other does not end, and works again once it did', async () => {
    const holder = await lockedElsewhere();
    const written = open.database.transaction((tx) => raise(tx, 2));
    const outcome = written.catch((thrown: unknown) => thrown);
    const gap = await longestGap(outcome);
    expect(isUnavailable(await outcome)).toBe(true);
    expect(gap).toBeLessThan(LONGEST_GAP_MS);
    await holder.letGo();
    await open.database.transaction((tx) => raise(tx, 2));
    expect(await counts()).toEqual([1, 1]);
  });

  it('a lone write that gave up holds up no later one', async () => {
    const holder = await lockedElsewhere();
    const given = await open.database
      .write('UPDATE counters SET n = n + 1 WHERE id = 1')
      .catch((thrown: unknown) => thrown);
    expect(isUnavailable(given)).toBe(true);
    await holder.letGo();
    await open.database.transaction((tx) => raise(tx, 2));
    expect(await counts()).toEqual([1, 1]);
  });

  it('reads go on', async () => {
    const holder = await lockedElsewhere();
    expect(await counts()).toEqual([0, 0]);
    await holder.letGo();
  });
});
