import { ENGINE } from '../config/engine.js';

/** SQL fragments that differ between the engines. */
interface Dialect {
  /** End of a SELECT: locks the rows against changes and locks of others until the transaction ends. */
  forUpdate: string;
  /** End of a SELECT: locks the rows against changes of others until the transaction ends. */
  forShare: string;
  /** After a table name: forces this index. A locking read then does not lock rows that it only passes. */
  useIndex(name: string): string;
  /** End of an INSERT: if the unique `key` already exists, sets these columns instead. */
  orUpdate(key: string, assignments: string[]): string;
  /** Inside `orUpdate`: the value that the INSERT would have written. */
  inserted(column: string): string;
}

const mysql: Dialect = {
  forUpdate: 'FOR UPDATE',
  forShare: 'LOCK IN SHARE MODE',
  useIndex: (name) => `FORCE INDEX (${name})`,
  orUpdate: (_key, assignments) => `ON DUPLICATE KEY UPDATE ${assignments.join(', ')}`,
  inserted: (column) => `VALUES(${column})`,
};

/** The embedded engine has one writer at a time, so it needs no row locks. */
const embedded: Dialect = {
  forUpdate: '',
  forShare: '',
  useIndex: (name) => `INDEXED BY ${name}`,
  orUpdate: (key, assignments) => `ON CONFLICT (${key}) DO UPDATE SET ${assignments.join(', ')}`,
  inserted: (column) => `excluded.${column}`,
};

export const dialect: Dialect = ENGINE === 'mysql' ? mysql : embedded;

/** Returns `?, ?, ?` for a list of values. */
export function placeholders(howMany: number): string {
  return Array(howMany).fill('?').join(', ');
}

/** Returns `(?, ?), (?, ?)` for a VALUES clause with several rows. */
export function rowPlaceholders(rows: number, columns: number): string {
  return Array(rows)
    .fill(`(${placeholders(columns)})`)
    .join(', ');
}
