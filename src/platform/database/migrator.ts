import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { type DataSource, Table } from 'typeorm';
import type { Logger } from '../logging/logger.js';
import { shapes, tableColumn } from './columns.js';
import { isAlreadyThere, isDuplicate, isRetryable } from './database-errors.js';
import { toSqlInstant } from './instant.js';

const LEASE_MS = 30_000;
const POLL_MS = 200;
const TABLE = 'migration_lock';

/** Whether the database lacks migrations of this version. */
export function isBehind(dataSource: DataSource): Promise<boolean> {
  return patiently(() => dataSource.showMigrations());
}

/** Returns the migrations in the database that this version does not know. A later version has run them. */
export async function unknownMigrations(dataSource: DataSource): Promise<string[]> {
  // Creates the table of migrations if it is missing.
  await isBehind(dataSource);
  const known = new Set(dataSource.migrations.map(({ name }) => name));
  const done = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id');
  return done.map(({ name }) => name).filter((name) => !known.has(name));
}

/**
 * Runs the missing migrations.
 * If several processes start together, one migrates and the others wait. If it dies, another takes over after
 * its lease ends. The lock is a row, because not every engine has named or advisory locks.
 */
export async function migrate(dataSource: DataSource, logger: Logger): Promise<void> {
  await ensureLockTable(dataSource);
  const owner = `${hostname()}-${randomUUID()}`;
  while (await isBehind(dataSource)) {
    if (!(await takeLock(dataSource, owner))) {
      await wait(POLL_MS);
      continue;
    }
    const renewal = setInterval(() => {
      renewLock(dataSource, owner).catch((error: unknown) =>
        logger.warn({ err: error }, 'renewing the migration lock failed; will retry'),
      );
    }, LEASE_MS / 3);
    try {
      await dataSource.runMigrations();
    } finally {
      clearInterval(renewal);
      await dataSource.query(`DELETE FROM ${TABLE} WHERE owner = ?`, [owner]);
    }
  }
}

async function ensureLockTable(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  const columns = [
    tableColumn('id', shapes.int(), { primary: true }),
    tableColumn('owner', shapes.code(120)),
    tableColumn('expires_at', shapes.instant()),
  ];
  try {
    await patiently(() => runner.createTable(new Table({ name: TABLE, columns }), true));
  } finally {
    await runner.release();
  }
}

async function takeLock(dataSource: DataSource, owner: string): Promise<boolean> {
  const now = Date.now();
  const expiry = toSqlInstant(new Date(now + LEASE_MS));
  await patiently(() =>
    dataSource.query(`DELETE FROM ${TABLE} WHERE expires_at < ?`, [toSqlInstant(new Date(now))]),
  );
  try {
    await patiently(() =>
      dataSource.query(`INSERT INTO ${TABLE} (id, owner, expires_at) VALUES (1, ?, ?)`, [owner, expiry]),
    );
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

async function renewLock(dataSource: DataSource, owner: string): Promise<void> {
  const expiry = toSqlInstant(new Date(Date.now() + LEASE_MS));
  await dataSource.query(`UPDATE ${TABLE} SET expires_at = ? WHERE owner = ?`, [expiry, owner]);
}

/**
 * Repeats without limit while the file is busy, a deadlock occurs, or another process is creating the same
 * table. All are normal for this lock.
 */
async function patiently<Result>(action: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!isRetryable(error) && !isAlreadyThere(error)) throw error;
      await wait(POLL_MS);
    }
  }
}
