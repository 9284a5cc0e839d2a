import type { Database } from '../database/database.js';
import { placeholders } from '../database/dialect.js';
import { DAY_MS } from '../values/time.js';
import type { Job } from './background.js';

const EVERY_MS = 60_000;
const ROWS_PER_STEP = 500;

export function daysAgo(days: number): Date {
  return new Date(Date.now() - days * DAY_MS);
}

/**
 * Creates a job that deletes old rows in small steps, so no transaction is long.
 * @param step handles some rows and returns how many it found
 */
export function sweep(what: string, step: () => Promise<number>): Job {
  return { name: `sweep of ${what}`, everyMs: EVERY_MS, step: async () => (await step()) > 0 };
}

/**
 * Deletes some of the rows whose id is below a limit, oldest first.
 * @returns the number of rows
 */
export async function deleteOldest(database: Database, table: string, below: string): Promise<number> {
  const rows = await database.select<{ id: string }>(
    `SELECT id FROM ${table} WHERE id < ? ORDER BY id LIMIT ${ROWS_PER_STEP}`,
    [below],
  );
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  return database.write(`DELETE FROM ${table} WHERE id IN (${placeholders(ids.length)})`, ids);
}
