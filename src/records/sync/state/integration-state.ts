import { dialect } from '../../../platform/database/dialect.js';
import type { Sql } from '../../../platform/database/sql.js';
import type { Owner } from '../owner.js';
import type { RecordType } from '../record-type.js';

/**
 * Closes a transaction that wrote records: raises the integration's sequence and moves the live count of the
 * type. Must be the transaction's last statement, because the row is contended and stays locked to the commit.
 */
export async function closeWrite(tx: Sql, owner: Owner, type: RecordType, liveMore: number): Promise<void> {
  const count = type.plural;
  await tx.write(
    `INSERT INTO integration_state (integration_id, sequence, suppliers, products, batches)
     VALUES (?, 1, ${['suppliers', 'products', 'batches'].map((name) => (name === count ? '?' : '0')).join(', ')})
     ${dialect.orUpdate('integration_id', ['sequence = integration_state.sequence + 1', `${count} = integration_state.${count} + ${dialect.inserted(count)}`])}`,
    [owner.integrationId, liveMore],
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
