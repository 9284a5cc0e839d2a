import { CommonErrors } from '../errors/common.errors.js';
import type { Tx } from './database.js';
import { dialect } from './dialect.js';
import type { SqlValue } from './sql.js';

/** The maximum number of rows that one company or user may have. */
export interface Cap {
  limit: number;
  /** The row that every creating transaction locks. Concurrent calls therefore count one after the other. */
  lock: { table: 'companies' | 'users'; id: string };
  /** `FROM … WHERE …` of the existing rows. */
  counted: string;
  values: SqlValue[];
  /** Message of the error, if the usual one would not help. */
  message?: string;
}

/**
 * Checks that there is room for another row. The lock lasts until the transaction ends.
 * @throws LIMIT_REACHED with `details.limit` if there is no room
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
