import { dialect } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Owner } from '../../integrations/owner.js';
import type { RecordType } from '../record-types/record-type.js';

/**
 * Completes a transaction that wrote records. It increases the integration's sequence number, updates the
 * live count of the type, and stores the event set of the changes under that number.
 * Must be the last statement, because all writers of the integration wait for this row, and it stays locked
 * until the commit.
 * The lock makes the change feed complete. A transaction that increases the number to n + 1 has waited until
 * the transaction with n committed or rolled back. So nobody sees n + 1 before n, and a reader at n has
 * missed nothing, even if a transaction began long before its commit.
 * MySQL and MariaDB lock the row, and readers see only committed rows; TiDB does the same in pessimistic
 * mode. The embedded engine has one writing transaction at a time.
 * @param liveMore change of the number of live records
 * @param setId event set for the change feed; undefined if there is none
 */
export async function closeWrite(
  tx: Sql,
  owner: Owner,
  type: RecordType,
  liveMore: number,
  setId: string | undefined,
): Promise<void> {
  const count = type.plural;
  await tx.write(
    `INSERT INTO integration_state (integration_id, sequence, suppliers, products, batches)
     VALUES (?, 1, ${['suppliers', 'products', 'batches'].map((name) => (name === count ? '?' : '0')).join(', ')})
     ${dialect.orUpdate('integration_id', ['sequence = integration_state.sequence + 1', `${count} = integration_state.${count} + ${dialect.inserted(count)}`])}`,
    [owner.integrationId, liveMore],
  );
  if (setId === undefined) return;
  await tx.write(
    `INSERT INTO change_log (integration_id, sequence, set_id, created_at)
     SELECT integration_id, sequence, ?, ? FROM integration_state WHERE integration_id = ?`,
    [setId, toSqlInstant(new Date()), owner.integrationId],
  );
}

export type LiveCounts = Record<RecordType['plural'], number>;

/** Returns the exact numbers of live records without counting them. */
export async function liveCounts(sql: Sql, owner: Owner): Promise<LiveCounts> {
  const [row] = await sql.select<Record<keyof LiveCounts, string | number>>(
    'SELECT suppliers, products, batches FROM integration_state WHERE integration_id = ?',
    [owner.integrationId],
  );
  return {
    suppliers: Number(row?.suppliers ?? 0),
    products: Number(row?.products ?? 0),
    batches: Number(row?.batches ?? 0),
  };
}
