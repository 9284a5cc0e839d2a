import { rowPlaceholders } from '../platform/database/dialect.js';
import { toIsoInstant, toSqlInstant } from '../platform/database/instant.js';
import type { Sql, SqlValue } from '../platform/database/sql.js';
import type { AuditAction, AuditActor, AuditTarget } from './audit-actions.js';

/** Columns that an entry's MAC covers, in this order. The MAC also covers the MAC of the entry before. */
export const SEALED_COLUMNS = [
  'company_id',
  'sequence',
  'id',
  'at',
  'actor_kind',
  'actor_id',
  'actor_name',
  'action',
  'target_kind',
  'target_id',
  'target_name',
  'address',
  'request_id',
  'details',
  'pepper',
] as const;
const COLUMNS = [...SEALED_COLUMNS, 'mac'] as const;
export const ENTRY_COLUMNS = COLUMNS.join(', ');
const NEW_COLUMNS = [...COLUMNS, 'credential_id'] as const;

/** Key in `details` for the credential's id. The MAC covers `details`, so it covers this id too. */
export const CREDENTIAL = 'credential';

/** An entry as it is stored. `at` is in ISO 8601, `details` is the JSON text as it was written. */
export interface EntryRow {
  company_id: string;
  sequence: number;
  id: string;
  at: string;
  actor_kind: AuditActor['kind'];
  actor_id: string | null;
  actor_name: string;
  action: AuditAction;
  target_kind: string;
  target_id: string;
  target_name: string;
  address: string | null;
  request_id: string | null;
  details: string;
  pepper: string;
  mac: string;
}

/** An entry as the database driver returns it. */
export type StoredEntry = Omit<EntryRow, 'sequence'> & { sequence: string | number };

/** A new entry. `credential_id` has its own column, to find the actions of one credential. */
export interface NewEntryRow extends EntryRow {
  credential_id?: string | null;
}

/** An entry as callers see it. */
export interface AuditRecord {
  id: string;
  /** Number in the company's log, from 1 without gaps. */
  sequence: number;
  /** ISO 8601, in UTC. */
  at: string;
  actor: AuditActor;
  action: AuditAction;
  target: AuditTarget;
  address: string | null;
  requestId: string | null;
  /** Id of the credential that the actor used; null if there was none or if it is unknown. */
  credential: string | null;
  details: Record<string, unknown>;
  /** Id of the pepper whose key made the MAC. */
  pepper: string;
  mac: string;
}

type Details = Record<string, unknown> & { [CREDENTIAL]?: string };

/** A SQL condition on entries, and its values. */
export type Condition = [text: string, ...values: SqlValue[]];

/**
 * Returns the entries that match all conditions.
 * @param order the ORDER BY and LIMIT clauses
 */
export async function selectEntries(sql: Sql, conditions: Condition[], order: string): Promise<EntryRow[]> {
  const rows = await sql.select<StoredEntry>(
    `SELECT ${ENTRY_COLUMNS} FROM audit_entries WHERE ${allOf(conditions)} ${order}`,
    valuesOf(conditions),
  );
  return rows.map(entryOf);
}

export function entryOf(row: StoredEntry): EntryRow {
  return { ...row, sequence: Number(row.sequence), at: toIsoInstant(row.at) };
}

/** Inserts all entries in one statement. */
export async function insertEntries(sql: Sql, rows: NewEntryRow[]): Promise<void> {
  const values = rows.flatMap((row) =>
    NEW_COLUMNS.map((name) => (name === 'at' ? sqlInstant(row) : (row[name] ?? null))),
  );
  await sql.write(
    `INSERT INTO audit_entries (${NEW_COLUMNS.join(', ')}) VALUES ${rowPlaceholders(rows.length, NEW_COLUMNS.length)}`,
    values,
  );
}

export function recordOf(row: EntryRow): AuditRecord {
  const { [CREDENTIAL]: credential = null, ...details } = JSON.parse(row.details) as Details;
  return {
    id: row.id,
    sequence: row.sequence,
    at: row.at,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    action: row.action,
    target: { kind: row.target_kind, id: row.target_id, name: row.target_name },
    address: row.address,
    requestId: row.request_id,
    credential,
    details,
    pepper: row.pepper,
    mac: row.mac,
  };
}

function allOf(conditions: Condition[]): string {
  return conditions.map(([text]) => text).join(' AND ');
}

function valuesOf(conditions: Condition[]): SqlValue[] {
  return conditions.flatMap(([, ...values]) => values);
}

function sqlInstant({ at }: EntryRow): string {
  return toSqlInstant(new Date(at));
}
