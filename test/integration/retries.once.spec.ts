import { type Counters, isUnavailable, openCounters, bump } from '../support/databases/counters.js';
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
  const MAX_GAP_MS = 150;
  const TURN_MS = 2;
  const TURNS = 10;

  /** Watches the event loop while some work waits. @returns how often it turned, and which part of the time it was busy. */
  async function watched(waiting: Promise<unknown>): Promise<{ turns: number; busy: number }> {
    const before = performance.eventLoopUtilization();
    let [turns, longest, last] = [0, 0, performance.now()];
    const ticks = setInterval(() => {
      turns += 1;
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, TURN_MS);
    await waiting.finally(() => clearInterval(ticks));
    expectInTime(longest, MAX_GAP_MS);
    return { turns, busy: performance.eventLoopUtilization(before).utilization };
  }

  it.each<[string, () => Promise<unknown>]>([
    ['a transaction', () => open.database.transaction((tx) => bump(tx, 1))],
    ['a lone statement', () => open.database.write('UPDATE counters SET n = n + 1 WHERE id = 1')],
  ])('%s waits for its turn without standing in the way of others', async (_name, write) => {
    const holder = await counters.lockedElsewhere();
    const written = write();
    const turns = new Promise<void>((resolve) => {
      let left = TURNS;
      const ticks = setInterval(() => {
        left -= 1;
        if (left > 0) return;
        clearInterval(ticks);
        resolve();
      }, TURN_MS);
    });
    expect(await Promise.race([turns.then(() => 'others'), written.then(() => 'the write')])).toBe('others');
    await watched(Promise.all([written, holder.letGo()]));
    expect(await counters.values()).toEqual([2, 0]);
  });

  it('gives up with a 503 when the other does not end, and works again once it did', async () => {
    const holder = await counters.lockedElsewhere();
    const written = open.database.transaction((tx) => bump(tx, 2));
    const outcome = written.catch((thrown: unknown) => thrown);
    const { turns, busy } = await watched(outcome);
    // A call that waits inside the engine keeps the loop busy all the time.
    expect(turns).toBeGreaterThan(TURNS);
    expect(busy).toBeLessThan(0.8);
    expect(isUnavailable(await outcome)).toBe(true);
    await holder.letGo();
    await open.database.transaction((tx) => bump(tx, 2));
    expect(await counters.values()).toEqual([1, 1]);
  });

  it('a lone write that gave up holds up no later one', async () => {
    const holder = await counters.lockedElsewhere();
    const given = await open.database
      .write('UPDATE counters SET n = n + 1 WHERE id = 1')
      .catch((thrown: unknown) => thrown);
    expect(isUnavailable(given)).toBe(true);
    await holder.letGo();
    await open.database.transaction((tx) => bump(tx, 2));
    expect(await counters.values()).toEqual([1, 1]);
  });

  it('reads go on', async () => {
    const holder = await counters.lockedElsewhere();
    expect(await counters.values()).toEqual([0, 0]);
    await holder.letGo();
  });
});
