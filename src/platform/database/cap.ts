import { CommonErrors } from '../errors/common.errors.js';
import type { Tx } from './database.js';
import { dialect } from './dialect.js';
import type { SqlValue } from './sql.js';

/** How many of something one company or person may have. */
export interface Cap {
  limit: number;
  /** The row that all lock who make another one, so that two calls at once count one after the other. */
  lock: { table: 'companies' | 'users'; id: string };
  /** `FROM … WHERE …` of those that there are. */
  counted: string;
  values: SqlValue[];
  /** What the refusal says, where the usual words would not help. */
  message?: string;
}

/**
 * Holds the lock until the transaction ends.
 * @throws LIMIT_REACHED with `details.limit` where another one would be too many.
 */
export async function requireRoom(tx: Tx, { limit, lock, counted, values, message }: Cap): Promise<void> {
  const refusal = message === undefined ? {} : { message };
  await tx.select(`SELECT id FROM ${lock.table} WHERE id = ? ${dialect.forUpdate}`, [lock.id]);
  const [row] = await tx.select<{ n: string | number }>(
    `SELECT COUNT(*) AS n FROM (SELECT 1 ${counted} LIMIT ${limit}) counted`,
    values,
  );
  if (Number(row?.n) >= limit) throw CommonErrors.limitReached.error({ details: { limit }, ...refusal });
}
