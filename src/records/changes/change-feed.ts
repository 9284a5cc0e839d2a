import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { placeholders } from '../../platform/database/dialect.js';
import { toIsoInstant, toSqlInstant } from '../../platform/database/instant.js';
import { groupBy } from '../../platform/values/group-by.js';
import type { Owner } from '../../integrations/owner.js';
import type { EntityType } from '../record-types/record-type.js';
import { ChangeErrors } from './changes.errors.js';
import { type Change, changeOf } from '../record-types/record-events.js';

export interface ChangeDto {
  type: EntityType;
  externalId: string;
  internalId: string;
  change: Change;
  at: string;
}

export interface ChangePage {
  changes: ChangeDto[];
  /** Sequence number of the last transaction in the page. */
  next: number;
  hasMore: boolean;
}

interface TransactionRow {
  sequence: string | number;
  set_id: string;
  events: string | number;
  created_at: string;
}

interface EventRow {
  set_id: string;
  type: string;
  data: string;
}

/** A page ends with the transaction that reaches this many events, or after this many transactions. */
const EVENTS_PER_PAGE = 500;
const TRANSACTIONS_PER_SWEEP = 100;

/**
 * The changes of an integration's records, in the order of their commits, for as long as events are kept.
 * `closeWrite` explains why the feed skips nothing.
 */
@Injectable()
export class ChangeFeed {
  constructor(private readonly database: Database) {}

  /**
   * Returns the transactions after the cursor; without a cursor, from the oldest kept change.
   * @param after sequence number of the last transaction that the caller has seen
   * @param visible types that the caller may see
   * @throws CURSOR_EXPIRED if changes after the cursor have been deleted
   */
  async after(owner: Owner, after: number | undefined, visible: readonly EntityType[]): Promise<ChangePage> {
    const found = await this.transactionsAfter(owner, after ?? 0);
    const shown = upToAPage(found);
    const changes = await this.changesOf(shown, visible);
    // Read after the changes, to notice a deletion that ran meanwhile.
    const sweptTo = await this.sweptTo(owner.integrationId);
    if (after !== undefined && after < sweptTo) throw ChangeErrors.cursorExpired.error();
    const last = shown.at(-1);
    return {
      changes,
      next: last ? Number(last.sequence) : (after ?? sweptTo),
      hasMore: found.length > shown.length,
    };
  }

  /** Returns the sequence number of the latest committed transaction. */
  async latest({ integrationId }: Owner): Promise<number> {
    const [row] = await this.database.select<{ sequence: string | number }>(
      'SELECT sequence FROM integration_state WHERE integration_id = ?',
      [integrationId],
    );
    return Number(row?.sequence ?? 0);
  }

  private transactionsAfter(owner: Owner, sequence: number): Promise<TransactionRow[]> {
    return this.database.select<TransactionRow>(
      `SELECT l.sequence, l.set_id, s.events, l.created_at
       FROM change_log l JOIN event_sets s ON s.id = l.set_id AND s.company_id = ?
       WHERE l.integration_id = ? AND l.sequence > ? ORDER BY l.sequence LIMIT ${EVENTS_PER_PAGE + 1}`,
      [owner.companyId, owner.integrationId, sequence],
    );
  }

  private async changesOf(
    transactions: TransactionRow[],
    visible: readonly EntityType[],
  ): Promise<ChangeDto[]> {
    if (transactions.length === 0) return [];
    const rows = await this.database.select<EventRow>(
      `SELECT set_id, type, data FROM events WHERE set_id IN (${placeholders(transactions.length)})
       ORDER BY set_id, position`,
      transactions.map((transaction) => transaction.set_id),
    );
    const bySet = groupBy(rows, (row) => row.set_id);
    return transactions.flatMap((transaction) =>
      (bySet.get(transaction.set_id) ?? []).flatMap((row) => itemOf(row, transaction, visible)),
    );
  }

  /**
   * Deletes some transactions that are older than the retention of events.
   * @returns the number of transactions
   */
  async sweep(keptSince: Date): Promise<number> {
    const rows = await this.database.select<{ integration_id: string; sequence: string | number }>(
      `SELECT integration_id, sequence FROM change_log WHERE created_at < ?
       ORDER BY created_at LIMIT ${TRANSACTIONS_PER_SWEEP}`,
      [toSqlInstant(keptSince)],
    );
    for (const { integration_id: integrationId, sequence } of rows) {
      await this.forget(integrationId, Number(sequence));
    }
    return rows.length;
  }

  /** The mark and the deletion commit together, so a reader never finds an unmarked gap. */
  private forget(integrationId: string, sequence: number): Promise<void> {
    return this.database.transaction(async (tx) => {
      await tx.write(
        `UPDATE integration_state SET swept_to = ?
         WHERE integration_id = ? AND (swept_to IS NULL OR swept_to < ?)`,
        [sequence, integrationId, sequence],
      );
      await tx.write('DELETE FROM change_log WHERE integration_id = ? AND sequence = ?', [
        integrationId,
        sequence,
      ]);
    });
  }

  private async sweptTo(integrationId: string): Promise<number> {
    const [row] = await this.database.select<{ swept_to: string | number | null }>(
      'SELECT swept_to FROM integration_state WHERE integration_id = ?',
      [integrationId],
    );
    return Number(row?.swept_to ?? 0);
  }
}

function upToAPage(transactions: TransactionRow[]): TransactionRow[] {
  let events = 0;
  const end = transactions.findIndex(
    (transaction) => (events += Number(transaction.events)) >= EVENTS_PER_PAGE,
  );
  return end === -1 ? transactions.slice(0, EVENTS_PER_PAGE) : transactions.slice(0, end + 1);
}

function itemOf(row: EventRow, transaction: TransactionRow, visible: readonly EntityType[]): ChangeDto[] {
  const changed = changeOf(row.type);
  if (!changed || !visible.includes(changed.entityType)) return [];
  const { externalId, internalId } = JSON.parse(row.data) as { externalId: string; internalId: string };
  const { entityType: type, change } = changed;
  return [{ type, externalId, internalId, change, at: toIsoInstant(transaction.created_at) }];
}
