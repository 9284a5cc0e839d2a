import { dialect } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Owner } from '../../integrations/owner.js';
import type { RecordType } from '../record-types/record-type.js';

/**
 * Closes a transaction that wrote records: raises the integration's sequence, moves the live count of the type,
 * and notes under that sequence which set of events holds the changes.
 *
 * Must be the last of the transaction's work, because the state's row is contended and stays locked from here to
 * the commit. That lock is what makes the change feed complete: whoever raises the sequence to n + 1 has waited
 * until the transaction that raised it to n committed or rolled back. So nobody ever sees n + 1 without n, and a
 * reader who has passed n has missed nothing, however long before its commit a transaction began. On MySQL and
 * MariaDB the lock is that of the row, and readers see only what is committed; on TiDB likewise, in its
 * pessimistic mode; the embedded engine has one writing transaction at a time altogether.
 *
 * @param setId of the events that are in the change feed, where there are any.
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

/** The exact numbers of live records, without counting. */
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
