import { dialect, placeholders, rowPlaceholders } from '../../platform/database/dialect.js';
import type { Sql, SqlValue } from '../../platform/database/sql.js';
import type { Owner } from '../../integrations/owner.js';
import type { RecordType } from '../record-types/record-type.js';
import type { SyncStatus } from '../record-types/record.entity.js';
import { type Content, fromSql, toSql } from './content.js';

/** A stored row, as a write reads it. */
export interface StoredRow {
  id: string;
  externalId: string;
  contentHash: string;
  version: number;
  syncStatus: SyncStatus;
  deleted: boolean;
  createdAt: string;
  updatedAt: string;
  lastSyncedAt: string;
  /** Decodes the content on demand. A row that is replaced as a whole does not need it. */
  content(): Content;
}

/** A complete row to write. Instants are SQL text. */
export interface NewRow {
  id: string;
  externalId: string;
  content: Content;
  contentHash: string;
  version: number;
  createdAt: string;
}

type RawRow = Record<string, SqlValue>;

const HEAD = ['id', 'company_id', 'integration_id', 'external_id'];
const TAIL = [
  'content_hash',
  'version',
  'sync_status',
  'last_synced_at',
  'created_at',
  'updated_at',
  'deleted_at',
];
/** Columns that an update of a row keeps. */
const FIXED = new Set([...HEAD, 'created_at']);

/**
 * SQL statements for the table of one record type. Each method runs one statement, for any number of rows.
 */
export class RecordTable {
  private readonly columns: string[];
  private readonly contentList: string;

  constructor(private readonly type: RecordType) {
    const content = type.content.map(({ column }) => column);
    this.columns = [...HEAD, ...content, ...TAIL];
    this.contentList = content.join(', ');
  }

  /**
   * Returns the rows of these external ids, including deleted ones, and locks them until the transaction
   * ends.
   */
  async lock(tx: Sql, owner: Owner, externalIds: string[]): Promise<Map<string, StoredRow>> {
    if (externalIds.length === 0) return new Map();
    const { plural } = this.type;
    const rows = await tx.select<RawRow>(
      `SELECT id, external_id, ${TAIL.join(', ')}, ${this.contentList}
       FROM ${plural} ${dialect.useIndex(`uq_${plural}_external`)}
       WHERE integration_id = ? AND company_id = ? AND external_id IN (${placeholders(externalIds.length)})
       ${dialect.forUpdate}`,
      [owner.integrationId, owner.companyId, ...externalIds],
    );
    return new Map(rows.map((row) => [String(row['external_id']), this.storedRow(row)]));
  }

  /**
   * Returns the ids of the live records with these external ids. A share lock prevents their deletion until
   * the transaction ends.
   */
  async liveIds(tx: Sql, owner: Owner, externalIds: string[]): Promise<Map<string, string>> {
    if (externalIds.length === 0) return new Map();
    const { plural } = this.type;
    const rows = await tx.select<{ id: string; external_id: string }>(
      `SELECT id, external_id FROM ${plural} ${dialect.useIndex(`uq_${plural}_external`)}
       WHERE integration_id = ? AND company_id = ? AND external_id IN (${placeholders(externalIds.length)})
         AND deleted_at IS NULL
       ${dialect.forShare}`,
      [owner.integrationId, owner.companyId, ...externalIds],
    );
    return new Map(rows.map((row) => [row.external_id, row.id]));
  }

  /**
   * Inserts new rows.
   * @throws a duplicate-key error if another transaction was faster
   */
  async insert(tx: Sql, owner: Owner, rows: NewRow[], now: string): Promise<void> {
    if (rows.length > 0) await tx.write(this.insertStatement(rows.length), this.valuesOf(owner, rows, now));
  }

  /** Updates rows that this transaction has locked, and restores the deleted ones among them. */
  async rewrite(tx: Sql, owner: Owner, rows: NewRow[], now: string): Promise<void> {
    if (rows.length === 0) return;
    const changing = this.columns.filter((column) => !FIXED.has(column));
    const assignments = changing.map((column) => `${column} = ${dialect.inserted(column)}`);
    const statement = `${this.insertStatement(rows.length)} ${dialect.orUpdate('id', assignments)}`;
    await tx.write(statement, this.valuesOf(owner, rows, now));
  }

  /** Marks rows that were accepted again without a change. `version` and `updated_at` stay unchanged. */
  async markSynced(tx: Sql, owner: Owner, ids: string[], now: string): Promise<void> {
    if (ids.length === 0) return;
    await tx.write(
      `UPDATE ${this.type.plural} SET sync_status = 'SYNCED', last_synced_at = ?
       WHERE integration_id = ? AND company_id = ? AND id IN (${placeholders(ids.length)})`,
      [now, owner.integrationId, owner.companyId, ...ids],
    );
  }

  /** Marks records whose last row was refused. */
  async markRefused(tx: Sql, owner: Owner, ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    await tx.write(
      `UPDATE ${this.type.plural} SET sync_status = 'ERROR'
       WHERE integration_id = ? AND company_id = ? AND id IN (${placeholders(ids.length)})`,
      [owner.integrationId, owner.companyId, ...ids],
    );
  }

  /** Turns a live row that this transaction has locked into a tombstone. */
  async softDelete(tx: Sql, owner: Owner, id: string, now: string): Promise<void> {
    await tx.write(
      `UPDATE ${this.type.plural} SET deleted_at = ?, updated_at = ?, version = version + 1
       WHERE integration_id = ? AND company_id = ? AND id = ?`,
      [now, now, owner.integrationId, owner.companyId, id],
    );
  }

  /** Counts the live records with this id in this column. */
  async countReferring(tx: Sql, owner: Owner, column: string, id: string): Promise<number> {
    const [row] = await tx.select<{ n: string | number }>(
      `SELECT COUNT(*) AS n FROM ${this.type.plural}
       WHERE ${column} = ? AND deleted_at IS NULL AND integration_id = ? AND company_id = ?`,
      [id, owner.integrationId, owner.companyId],
    );
    return Number(row?.n ?? 0);
  }

  private insertStatement(rows: number): string {
    const columns = this.columns.join(', ');
    return `INSERT INTO ${this.type.plural} (${columns}) VALUES ${rowPlaceholders(rows, this.columns.length)}`;
  }

  private valuesOf(owner: Owner, rows: NewRow[], now: string): SqlValue[] {
    const { content } = this.type;
    const values: SqlValue[] = [];
    for (const row of rows) {
      values.push(row.id, owner.companyId, owner.integrationId, row.externalId);
      for (const [index, column] of content.entries()) values.push(toSql(column, row.content[index] ?? null));
      values.push(row.contentHash, row.version, 'SYNCED', now, row.createdAt, now, null);
    }
    return values;
  }

  private storedRow(row: RawRow): StoredRow {
    return {
      id: String(row['id']),
      externalId: String(row['external_id']),
      contentHash: String(row['content_hash']),
      version: Number(row['version']),
      syncStatus: row['sync_status'] as SyncStatus,
      deleted: row['deleted_at'] !== null,
      createdAt: String(row['created_at']),
      updatedAt: String(row['updated_at']),
      lastSyncedAt: String(row['last_synced_at']),
      content: () => this.type.content.map((column) => fromSql(column, row[column.column])),
    };
  }
}
