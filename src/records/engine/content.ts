import { hash } from 'node:crypto';
import type { SqlValue } from '../../platform/database/sql.js';
import type { FieldValue } from '../fields/rules.js';
import type { ContentColumn } from '../record-types/record-type.js';

/** A record's content, in the order of its type's columns. References are internal ids. */
export type Content = FieldValue[];

/** Returns the SHA-256 of the content in base64url. It shows whether a row changes anything. */
export function hashContent(content: Content): string {
  return hash('sha256', JSON.stringify(content), 'base64url');
}

/** Converts a value for storage. */
export function toSql(column: ContentColumn, value: FieldValue): SqlValue {
  if (value === null) return null;
  if (column.storage === 'json') return JSON.stringify(value);
  if (column.storage === 'bool') return value ? 1 : 0;
  return value as SqlValue;
}

/** Converts a stored value for callers, whichever form the driver returned. */
export function fromSql(column: ContentColumn, value: SqlValue | undefined): FieldValue {
  if (value === null || value === undefined) return null;
  if (column.storage === 'json') return JSON.parse(String(value)) as string[];
  if (column.storage === 'bool') return Boolean(value);
  if (column.storage === 'number') return Number(value);
  return value;
}
