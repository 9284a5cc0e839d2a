import type { Tx } from '../../../src/platform/database/database.js';
import { AppError } from '../../../src/platform/errors/app-error.js';
import { type HeldTransaction, holdTransaction } from './held-transaction.js';
import { type OpenDatabase, openDatabase } from './open-database.js';

/** A table with two counters, opened by two processes. */
export interface Counters {
  open: OpenDatabase;
  elsewhere: OpenDatabase;
  /** Sets both counters to 0. */
  reset(): Promise<void>;
  /** Returns both counters, in order. */
  values(): Promise<number[]>;
  /** Opens a transaction of the other process that has increased counter 1 and therefore locks it. */
  lockedElsewhere(): Promise<HeldTransaction>;
  close(): Promise<void>;
}

/** Creates a database with the two counters. */
export async function openCounters(): Promise<Counters> {
  const open = await openDatabase();
  const elsewhere = await openDatabase(open.env);
  const { database } = open;
  await database.write('CREATE TABLE counters (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)');
  return {
    open,
    elsewhere,
    async reset() {
      await database.write('DELETE FROM counters');
      await database.write('INSERT INTO counters (id, n) VALUES (1, 0), (2, 0)');
    },
    async values() {
      const rows = await database.select<{ n: number }>('SELECT n FROM counters ORDER BY id');
      return rows.map(({ n }) => Number(n));
    },
    lockedElsewhere: () => holdTransaction(elsewhere.database, (tx) => bump(tx, 1)),
    async close() {
      await open.close();
      await elsewhere.close();
    },
  };
}

/** Adds one to a counter. */
export const bump = (tx: Tx, id: number): Promise<number> =>
  tx.write('UPDATE counters SET n = n + 1 WHERE id = ?', [id]);

/** Whether an error is the 503 after which callers may retry. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof AppError && error.kind.code === 'SERVICE_UNAVAILABLE' && error.kind.status === 503;
