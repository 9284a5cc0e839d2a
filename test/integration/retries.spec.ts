import { WriteRace } from '../../src/platform/database/database-errors.js';
import type { AppError } from '../../src/platform/errors/app-error.js';
import { type Counters, isUnavailable, openCounters, bump } from '../support/databases/counters.js';
import type { OpenDatabase } from '../support/databases/open-database.js';

let counters: Counters;
let open: OpenDatabase;
beforeAll(async () => {
  counters = await openCounters();
  open = counters.open;
});
beforeEach(() => counters.reset());
afterAll(() => counters.close());

describe('a transaction that lost a race', () => {
  it('runs again from the start, with nothing of the first attempt left', async () => {
    let runs = 0;
    await open.database.transaction(async (tx) => {
      runs += 1;
      await bump(tx, 1);
      if (runs < 3) throw new WriteRace('another writer was first');
    });
    expect([runs, await counters.values()]).toEqual([3, [1, 0]]);
  });

  it('gives up after a bounded number of attempts with a 503 that says when to come back', async () => {
    let runs = 0;
    const lost = open.database.transaction(async (tx) => {
      runs += 1;
      await bump(tx, 1);
      throw new WriteRace('another writer was first');
    });
    const error: unknown = await lost.catch((thrown: unknown) => thrown);
    expect(isUnavailable(error)).toBe(true);
    expect((error as AppError).headers).toMatchObject({ 'Retry-After': expect.stringMatching(/^[1-9]\d*$/) });
    expect(runs).toBeGreaterThan(3);
    expect(runs).toBeLessThan(50);
    expect(await counters.values()).toEqual([0, 0]);
  });
});
