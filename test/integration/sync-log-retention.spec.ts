import type { Database } from '../../src/platform/database/database.js';
import { leastIdAt, newId } from '../../src/platform/ids/ids.js';
import { SyncLog } from '../../src/records/sync-logs/sync-log.entity.js';
import { SyncLogs } from '../../src/records/sync-logs/sync-logs.js';
import { type OpenDatabase, openDatabase } from '../support/databases/open-database.js';
import { daysAgo } from '../support/webhooks/outbox-rows.js';
import { FIRST_PAGE } from '../support/paging/pages.js';

const KEPT_DAYS = 90;
const owner = { companyId: newId('com'), integrationId: newId('int') };

let open: OpenDatabase;
let database: Database;
let logs: SyncLogs;
beforeAll(async () => {
  open = await openDatabase();
  ({ database } = open);
  logs = new SyncLogs(database);
});
afterAll(() => open.close());
beforeEach(() => database.write('DELETE FROM sync_logs'));

const sweep = (): Promise<number> => logs.sweep(daysAgo(KEPT_DAYS));

/** Runs as they were logged then. */
async function putLogs(at: Date, howMany: number): Promise<void> {
  const metadata = { created: 1, updated: 0, unchanged: 0, deleted: 0, errors: [] };
  const run = { ...owner, entityType: 'SUPPLIER', action: 'FULL_SYNC', status: 'SUCCESS' } as const;
  const times = { startedAt: at, completedAt: at, createdAt: at };
  const rows = Array.from({ length: howMany }, () => {
    const id = leastIdAt('log', at).slice(0, -12) + newId('log').slice(-12);
    return { id, ...run, recordsAffected: 1, errorMessage: null, metadata, ...times };
  });
  await database.transaction((tx) => tx.manager.insert(SyncLog, rows));
}

const kept = async (): Promise<number> => (await logs.list(owner, {}, FIRST_PAGE)).total;

it('the sweep of sync logs forgets runs that are too old, and keeps the younger', async () => {
  await putLogs(daysAgo(91), 3);
  await putLogs(daysAgo(89), 2);
  await database.transaction((tx) =>
    logs.write(tx, owner, { entityType: 'BATCH', action: 'DELETE', startedAt: new Date() }),
  );
  expect([await sweep(), await sweep()]).toEqual([3, 0]);
  expect(await kept()).toBe(3);
});

it('the sweep of sync logs goes in steps of at most 500', async () => {
  await putLogs(daysAgo(91), 501);
  expect([await sweep(), await sweep(), await sweep()]).toEqual([500, 1, 0]);
  expect(await kept()).toBe(0);
});
