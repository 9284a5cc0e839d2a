import { ENGINE } from '../config/engine.js';

/** The few fragments of SQL that the engines write differently. */
interface Dialect {
  /** Ends a SELECT whose rows nobody else may change or lock until this transaction ends. */
  forUpdate: string;
  /** Ends a SELECT whose rows nobody else may change until this transaction ends. */
  forShare: string;
  /** After a table name: use this index. Keeps locking reads from locking rows they only pass. */
  useIndex(name: string): string;
  /** Ends an INSERT: where the unique `key` exists already, set these columns instead. */
  orUpdate(key: string, assignments: string[]): string;
  /** Inside `orUpdate`: the value that would have been inserted. */
  inserted(column: string): string;
}

const mysql: Dialect = {
  forUpdate: 'FOR UPDATE',
  forShare: 'LOCK IN SHARE MODE',
  useIndex: (name) => `FORCE INDEX (${name})`,
  orUpdate: (_key, assignments) => `ON DUPLICATE KEY UPDATE ${assignments.join(', ')}`,
  inserted: (column) => `VALUES(${column})`,
};

/** The embedded engine has one writer at a time, so its rows need no locks. */
const embedded: Dialect = {
  forUpdate: '',
  forShare: '',
  useIndex: (name) => `INDEXED BY ${name}`,
  orUpdate: (key, assignments) => `ON CONFLICT (${key}) DO UPDATE SET ${assignments.join(', ')}`,
  inserted: (column) => `excluded.${column}`,
};

export const dialect: Dialect = ENGINE === 'mysql' ? mysql : embedded;

/** `?, ?, ?` for a list of values. */
export function placeholders(howMany: number): string {
  return Array(howMany).fill('?').join(', ');
}

/** `(?, ?), (?, ?)` for a multi-row VALUES. */
export function rowPlaceholders(rows: number, columns: number): string {
  return Array(rows)
    .fill(`(${placeholders(columns)})`)
    .join(', ');
}
