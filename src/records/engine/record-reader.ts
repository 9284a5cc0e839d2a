import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { dialect, placeholders } from '../../platform/database/dialect.js';
import { toIsoInstant, toIsoInstantOrNull, toSqlInstant } from '../../platform/database/instant.js';
import type { Sql, SqlValue } from '../../platform/database/sql.js';
import { snakeCase } from '../../platform/database/naming.js';
import { inexactness } from '../../platform/values/exact-text.js';
import type { FieldValue } from '../fields/rules.js';
import type { Owner } from '../../integrations/owner.js';
import { RecordRegistry } from '../record-types/record-registry.js';
import type { RecordType } from '../record-types/record-type.js';
import type { SyncStatus } from '../record-types/record.entity.js';
import { liveCounts } from '../state/integration-state.js';
import { fromSql } from './content.js';
import { decodeCursor, encodeCursor } from './cursor.js';

/** Selects records of one type. */
export interface ListQuery {
  page: number;
  limit: number;
  /** Only records that changed at or after this time, including deleted ones. */
  since?: Date;
  cursor?: string;
  externalIds?: string[];
}

export interface ListedRecord {
  externalId: string;
  internalId: string;
  name: string;
  syncStatus: SyncStatus;
  lastSyncedAt: string;
  /** Only for deleted records. */
  deletedAt?: string;
}

export interface RecordList {
  entities: ListedRecord[];
  total: number;
  page: number;
  limit: number;
  nextCursor: string | null;
}

/** A whole record as callers see it, with the version for its ETag. */
export interface WholeRecord {
  version: number;
  body: Record<string, unknown>;
}

interface ListRow {
  id: string;
  external_id: string;
  name: string;
  sync_status: SyncStatus;
  last_synced_at: string;
  /** Selected only with `since`; other lists contain no deleted rows and are not sorted by change. */
  updated_at?: string;
  deleted_at?: string | null;
}

/** 255 characters of two UTF-16 units each. */
const MAX_KEY_UNITS = 2 * 255;
/** Sort order of a list with `since`. */
const CHANGE_ORDER = ['updated_at', 'id'];

/** A condition for WHERE and its values. */
type Condition = [string, ...SqlValue[]];

/** Reads single records and lists of records. Lists use keyset pagination. */
@Injectable()
export class RecordReader {
  constructor(
    private readonly database: Database,
    private readonly registry: RecordRegistry,
  ) {}

  /**
   * Reads one page of records, sorted by creation, or by last change with `since`.
   * With a cursor, every page costs the same. With `page`, the cost grows with the number, so the caller
   * limits it.
   */
  async list(type: RecordType, owner: Owner, query: ListQuery): Promise<RecordList> {
    const order = query.since ? CHANGE_ORDER : ['id'];
    const from =
      query.cursor === undefined ? undefined : decodeCursor(query.cursor, order.length, type.idPrefix);
    const page = from?.page ?? query.page;
    const conditions = [...scopeOf(owner, query), ...(from ? [after(order, from.keys)] : [])];
    const offset = from ? 0 : (page - 1) * query.limit;
    const [rows, total] = await Promise.all([
      this.rows(type, conditions, order, query.limit + 1, offset),
      this.total(type, owner, query, from?.total),
    ]);
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    const keys = last && [...(last.updated_at === undefined ? [] : [last.updated_at]), last.id];
    const counted = isFiltered(query) ? { total } : {};
    const nextCursor =
      keys && rows.length > query.limit ? encodeCursor({ page: page + 1, keys, ...counted }) : null;
    return { entities: shown.map(listedRecord), total, page, limit: query.limit, nextCursor };
  }

  /**
   * Returns one live record, or undefined. References are shown as external ids.
   * It compares the id again in code, because a server may ignore spaces at the end when it compares.
   * @param sql the open transaction, to see its own writes
   */
  async find(
    type: RecordType,
    owner: Owner,
    externalId: string,
    sql: Sql = this.database,
  ): Promise<WholeRecord | undefined> {
    const references = type.content.flatMap(({ reference }) => reference ?? []);
    const joins = references.map(
      ({ to, column }, index) =>
        `LEFT JOIN ${this.registry.get(to).plural} r${index} ON r${index}.id = t.${column}`,
    );
    const names = references.map(({ column }, index) => `, r${index}.external_id AS ${column}_name`);
    const [row] = await sql.select<Record<string, SqlValue>>(
      `SELECT t.*${names.join('')} FROM ${type.plural} t ${joins.join(' ')}
       WHERE t.integration_id = ? AND t.company_id = ? AND t.external_id = ? AND t.deleted_at IS NULL`,
      [owner.integrationId, owner.companyId, externalId],
    );
    if (row?.['external_id'] !== externalId) return undefined;
    return { version: Number(row['version']), body: wholeBody(type, row) };
  }

  private async rows(
    type: RecordType,
    conditions: Condition[],
    order: string[],
    limit: number,
    offset: number,
  ): Promise<ListRow[]> {
    const where = conditions.map(([text]) => text).join(' AND ');
    const ofChange = order === CHANGE_ORDER ? ', updated_at, deleted_at' : '';
    return this.database.select<ListRow>(
      `SELECT id, external_id, ${snakeCase(type.nameField)} AS name, sync_status, last_synced_at${ofChange}
       FROM ${type.plural} WHERE ${where} ORDER BY ${order.join(', ')} LIMIT ${limit} OFFSET ${offset}`,
      conditions.flatMap(([, ...values]) => values),
    );
  }

  /**
   * Returns the number of records on all pages.
   * Without filters, `integration_state` holds the exact number. With filters, the first page counts, and its
   * cursor carries the number. With `since` alone, the index of changes is enough to count.
   */
  private async total(
    type: RecordType,
    owner: Owner,
    query: ListQuery,
    counted: number | undefined,
  ): Promise<number> {
    const { since, externalIds } = query;
    if (!isFiltered(query)) return (await liveCounts(this.database, owner))[type.plural];
    if (counted !== undefined) return counted;
    if (since && !externalIds) {
      const conditions: Condition[] = [
        ['integration_id = ?', owner.integrationId],
        ['updated_at >= ?', toSqlInstant(since)],
      ];
      return this.count(`${type.plural} ${dialect.useIndex(`ix_${type.plural}_changed`)}`, conditions);
    }
    return this.count(type.plural, scopeOf(owner, query));
  }

  private async count(from: string, conditions: Condition[]): Promise<number> {
    const [row] = await this.database.select<{ n: string | number }>(
      `SELECT COUNT(*) AS n FROM ${from} WHERE ${conditions.map(([text]) => text).join(' AND ')}`,
      conditions.flatMap(([, ...values]) => values),
    );
    return Number(row?.n ?? 0);
  }
}

function isFiltered({ since, externalIds }: ListQuery): boolean {
  return since !== undefined || externalIds !== undefined;
}

function scopeOf(
  owner: Owner,
  { since, externalIds }: Pick<ListQuery, 'since' | 'externalIds'>,
): Condition[] {
  return [
    ['integration_id = ?', owner.integrationId],
    ['company_id = ?', owner.companyId],
    since ? ['updated_at >= ?', toSqlInstant(since)] : ['deleted_at IS NULL'],
    ...(externalIds ? [isOneOf(externalIds)] : []),
  ];
}

/**
 * Builds the condition for given external ids. It leaves out ids that no record can have: too long, not
 * storable, or ending in a space, which a server may ignore when it compares.
 */
function isOneOf(externalIds: string[]): Condition {
  const possible = externalIds.filter(
    (id) => id.length <= MAX_KEY_UNITS && !id.endsWith(' ') && inexactness(id) === undefined,
  );
  return possible.length === 0
    ? ['1 = 0']
    : [`external_id IN (${placeholders(possible.length)})`, ...possible];
}

/**
 * Builds the condition for the rows after the last row shown. Its first comparison lets the index start at
 * the right row.
 */
function after(order: string[], keys: string[]): Condition {
  if (order.length === 1) return ['id > ?', keys[0] as string];
  const [changedAt, id] = keys as [string, string];
  return ['updated_at >= ? AND (updated_at > ? OR id > ?)', changedAt, changedAt, id];
}

function listedRecord(row: ListRow): ListedRecord {
  return {
    externalId: row.external_id,
    internalId: row.id,
    name: row.name,
    syncStatus: row.sync_status,
    lastSyncedAt: toIsoInstant(row.last_synced_at),
    ...(row.deleted_at ? { deletedAt: toIsoInstant(row.deleted_at) } : {}),
  };
}

function wholeBody(type: RecordType, row: Record<string, SqlValue>): Record<string, FieldValue> {
  const content = type.content.map((column): [string, FieldValue] => {
    const stored = column.reference ? row[`${column.column}_name`] : row[column.column];
    return [column.field, fromSql(column, stored)];
  });
  return {
    externalId: String(row['external_id']),
    internalId: String(row['id']),
    ...Object.fromEntries(content),
    createdAt: toIsoInstantOrNull(row['created_at'] as string),
    updatedAt: toIsoInstantOrNull(row['updated_at'] as string),
  };
}
