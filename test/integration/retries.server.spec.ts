import { type Counters, isUnavailable, openCounters, bump } from '../support/databases/counters.js';
import type { OpenDatabase } from '../support/databases/open-database.js';
import { newSignal } from '../support/waiting/signal.js';

const POOL = 10;

let counters: Counters;
let open: OpenDatabase;
beforeAll(async () => {
  counters = await openCounters();
  open = counters.open;
});
beforeEach(() => counters.reset());
afterAll(() => counters.close());

describe('on the server engine', () => {
  it('two transactions that lock two rows crosswise both succeed, and each is counted once', async () => {
    const locked = [newSignal(), newSignal()];
    let runs = 0;
    const crosswise = (first: number, second: number): Promise<void> => {
      let mine = 0;
      return open.database.transaction(async (tx) => {
        runs += 1;
        mine += 1;
        await bump(tx, first);
        locked[first - 1]?.send();
        if (mine === 1) await locked[second - 1]?.received;
        await bump(tx, second);
      });
    };
    await Promise.all([crosswise(1, 2), crosswise(2, 1)]);
    expect(runs).toBeGreaterThan(2);
    expect(await counters.values()).toEqual([2, 2]);
  });

  it('a lock that was waited for too long is waited for again', async () => {
    const holder = await counters.lockedElsewhere();
    const again = newSignal();
    let runs = 0;
    const waiter = open.database.transaction(async (tx) => {
      runs += 1;
      if (runs > 1) again.send();
      await tx.write('SET SESSION innodb_lock_wait_timeout = 1');
      await bump(tx, 1);
    });
    await again.received;
    await holder.letGo();
    await waiter;
    expect(runs).toBeGreaterThan(1);
    expect(await counters.values()).toEqual([2, 0]);
  });

  it('every pooled connection reads what is committed', async () => {
    const all = newSignal();
    let held = 0;
    const levelOf = (): Promise<string> =>
      open.database.transaction(async (tx) => {
        held += 1;
        if (held === POOL) all.send();
        await all.received;
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
      await bump(tx, 1);
      await counters.elsewhere.database.dataSource.query(`KILL ${Number(row?.id)}`);
      await bump(tx, 1);
    });
    expect(isUnavailable(await killed.catch((thrown: unknown) => thrown))).toBe(true);
    await open.database.transaction((tx) => bump(tx, 2));
    expect(await counters.values()).toEqual([0, 1]);
  });
});
