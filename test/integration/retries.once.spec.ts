import { type Counters, isUnavailable, openCounters, raise } from '../support/databases/counters.js';
import type { OpenDatabase } from '../support/databases/open-database.js';
import { expectInTime } from '../support/waiting/measured.js';

let counters: Counters;
let open: OpenDatabase;
beforeAll(async () => {
  counters = await openCounters();
  open = counters.open;
});
beforeEach(() => counters.reset());
afterAll(() => counters.close());

describe('on the embedded engine, while another process writes', () => {
  const LONGEST_GAP_MS = 150;
  const TURN_MS = 2;
  const TURNS = 100;

  /** Asserts that the event loop did other work while some work waited. */
  async function expectOthersServed(waiting: Promise<unknown>): Promise<void> {
    const before = performance.eventLoopUtilization();
    let last = performance.now();
    let longest = 0;
    const turns = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, TURN_MS);
    await waiting.finally(() => clearInterval(turns));
    // A call that waits inside the engine keeps the loop busy all the time.
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5);
    expectInTime(longest, LONGEST_GAP_MS);
  }

  /** Resolves after many turns of the event loop. */
  const manyTurns = (): Promise<void> =>
    new Promise((resolve) => {
      let left = TURNS;
      const turns = setInterval(() => {
        left -= 1;
        if (left > 0) return;
        clearInterval(turns);
        resolve();
      }, TURN_MS);
    });

  it.each<[string, () => Promise<unknown>]>([
    ['a transaction', () => open.database.transaction((tx) => raise(tx, 1))],
    ['a lone statement', () => open.database.write('UPDATE counters SET n = n + 1 WHERE id = 1')],
  ])('%s waits for its turn without standing in the way of others', async (_name, write) => {
    const holder = await counters.lockedElsewhere();
    const written = write();
    await expectOthersServed(manyTurns());
    await holder.letGo();
    await written;
    expect(await counters.values()).toEqual([2, 0]);
  });

  it('gives up with a 503 when the other does not end, and works again once it did', async () => {
    const holder = await counters.lockedElsewhere();
    const written = open.database.transaction((tx) => raise(tx, 2));
    const outcome = written.catch((thrown: unknown) => thrown);
    await expectOthersServed(outcome);
    expect(isUnavailable(await outcome)).toBe(true);
    await holder.letGo();
    await open.database.transaction((tx) => raise(tx, 2));
    expect(await counters.values()).toEqual([1, 1]);
  });

  it('a lone write that gave up holds up no later one', async () => {
    const holder = await counters.lockedElsewhere();
    const given = await open.database
      .write('UPDATE counters SET n = n + 1 WHERE id = 1')
      .catch((thrown: unknown) => thrown);
    expect(isUnavailable(given)).toBe(true);
    await holder.letGo();
    await open.database.transaction((tx) => raise(tx, 2));
    expect(await counters.values()).toEqual([1, 1]);
  });

  it('reads go on', async () => {
    const holder = await counters.lockedElsewhere();
    expect(await counters.values()).toEqual([0, 0]);
    await holder.letGo();
  });
});
