import { crashRun } from '../../crash/run.js';
import { migratedDatabase, onServer } from '../../support/databases/database.js';
import { SEED, sized } from '../../support/waiting/measured.js';
import { killLeftServers } from '../../support/processes/processes.js';

const SECONDS = sized(5, 30);
/** A call whose first attempt was killed waits until that attempt's claim has run out. */
const MAX_MS = 300_000;

afterEach(killLeftServers);

it(
  'kill -9 of servers and workers loses no acknowledged row, change or event, and no key takes effect twice',
  async () => {
    const crew = onServer ? { servers: 2, worker: true } : { servers: 1, worker: false };
    const result = await crashRun({ env: await migratedDatabase(), crew, seed: SEED, seconds: SECONDS });
    expect(result).toMatchObject({
      seed: SEED,
      lost: { records: 0, changes: 0, events: 0, logs: 0 },
      doubled: { answers: 0, logs: 0, events: 0 },
      serverErrors: 0,
      unsigned: 0,
      examples: [],
    });
    expect(result.kills.server).toBeGreaterThan(0);
    expect(result.calls).toBeGreaterThan(1);
    expect(result.events).toBeGreaterThanOrEqual(result.rows + result.calls);
  },
  MAX_MS,
);
