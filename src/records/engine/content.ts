import { hash } from 'node:crypto';
import type { SqlValue } from '../../platform/database/sql.js';
import type { FieldValue } from '../fields/rules.js';
import type { ContentColumn } from '../record-types/record-type.js';

/** A record's content in the order of its type's columns; references as the ids of the records they name. */
export type Content = FieldValue[];

/** What tells whether a row would change anything: SHA-256 of the content, in base64url. */
export function hashContent(content: Content): string {
  return hash('sha256', JSON.stringify(content), 'base64url');
}

/** A value as it is stored. */
export function toSql(column: ContentColumn, value: FieldValue): SqlValue {
  if (value === null) return null;
  if (column.storage === 'json') return JSON.stringify(value);
  if (column.storage === 'bool') return value ? 1 : 0;
  return value as SqlValue;
}

/** A stored value as callers see it, whichever way the engine's driver returned it. */
export function fromSql(column: ContentColumn, value: SqlValue | undefined): FieldValue {
  if (value === null || value === undefined) return null;
  if (column.storage === 'json') return JSON.parse(String(value)) as string[];
  if (column.storage === 'bool') return Boolean(value);
  if (column.storage === 'number') return Number(value);
  return value;
}
