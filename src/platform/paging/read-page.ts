import { type EntityTarget, type FindOptionsWhere, In } from 'typeorm';
import type { Database } from '../database/database.js';
import type { Sql, SqlValue } from '../database/sql.js';
import { validationError } from '../errors/common.errors.js';
import { idPattern } from '../ids/ids.js';
import { type CursorPart, decodeCursorParts, encodeCursorParts, SQL_INSTANT } from './cursor.js';
import type { Page, PageRequest } from './page.js';

/** Counting stops here, because a larger count would cost more than it is worth. */
export const MAX_COUNTED = 100_000;

/** A sort key of a list. */
export interface ListKey {
  /** SQL expression of the key. */
  column: string;
  /**
   * Whether a value from a cursor is valid for this key. The database never sees a value that it cannot
   * compare.
   */
  isValid: (value: unknown) => value is CursorPart;
}

/**
 * A list of rows in the order of an index. The database can therefore read any page from its first row on.
 */
export interface Listing {
  columns: string;
  /** The FROM clause: tables and joins. */
  from: string;
  where: string;
  values: SqlValue[];
  /** Sort keys, all in the same direction. Together they are unique. */
  keys: readonly ListKey[];
  descending?: boolean;
}

type KeyedRow = Record<`key_${number}`, CursorPart>;

/** A sort key for ids of one kind. */
export function idKey(column: string, prefix: string): ListKey {
  return textKey(column, new RegExp(idPattern(prefix)));
}

/** A sort key for texts of one form. */
export function textKey(column: string, form: RegExp): ListKey {
  return { column, isValid: (value): value is string => typeof value === 'string' && form.test(value) };
}

export function instantKey(column: string): ListKey {
  return textKey(column, SQL_INSTANT);
}

/** A sort key for whole numbers from 0. The driver may return them as text. */
export function numberKey(column: string): ListKey {
  const isValid = (value: unknown): value is CursorPart =>
    isCount(value) || (typeof value === 'string' && /^\d{1,15}$/.test(value));
  return { column, isValid };
}

/**
 * Reads one page of a list.
 * With a cursor, every page costs the same. With a page number, the cost grows with the number, so the caller
 * limits it. The first page counts the rows, and its cursor carries the count.
 * @throws VALIDATION_ERROR if the cursor does not belong to this list
 */
export async function readPage<Row>(
  sql: Sql,
  listing: Listing,
  { page, size, cursor }: PageRequest,
): Promise<Page<Row>> {
  const from = cursor === undefined ? undefined : decode(cursor, listing.keys);
  const [after, values] = from ? past(listing, from.place) : ['', []];
  const { columns, keys, descending } = listing;
  const selected = keys.map(({ column }, index) => `${column} AS key_${index}`).join(', ');
  const order = keys.map(({ column }) => `${column} ${descending ? 'DESC' : 'ASC'}`).join(', ');
  const rows = await sql.select<Row & KeyedRow>(
    `SELECT ${columns}, ${selected} FROM ${listing.from} WHERE ${listing.where}${after}
     ORDER BY ${order} LIMIT ${size + 1} OFFSET ${from ? 0 : (page - 1) * size}`,
    [...listing.values, ...values],
  );
  const total = from?.total ?? (await count(sql, listing));
  const items = rows.slice(0, size);
  const last = rows.length > size ? items.at(-1) : undefined;
  return { items, total, nextCursor: last ? encode(listing.keys, last, total) : null };
}

/** Reads one page of entities. The listing selects their ids. */
export async function readEntities<Entity extends { id: string }>(
  database: Database,
  entity: EntityTarget<Entity>,
  listing: Omit<Listing, 'columns'>,
  request: PageRequest,
): Promise<Page<Entity>> {
  const page = await readPage<{ id: string }>(database, { ...listing, columns: 'id' }, request);
  const ids = page.items.map(({ id }) => id);
  if (ids.length === 0) return { ...page, items: [] };
  const found = await database.read((manager) =>
    manager.findBy(entity, { id: In(ids) } as FindOptionsWhere<Entity>),
  );
  const byId = new Map(found.map((one) => [one.id, one]));
  // Leaves out an entity that was deleted between the two statements.
  return { ...page, items: ids.flatMap((id) => byId.get(id) ?? []) };
}

/** Returns one page of rows that are already in memory, in ascending order of one key. */
export function heldPage<Row>(
  rows: readonly Row[],
  { key, of }: { key: ListKey; of: (row: Row) => CursorPart },
  { page, size, cursor }: PageRequest,
): Page<Row> {
  const from = cursor === undefined ? undefined : decode(cursor, [key]);
  const start = from
    ? rows.filter((row) => of(row) <= (from.place[0] as CursorPart)).length
    : (page - 1) * size;
  const items = rows.slice(start, start + size);
  const last = rows.length > start + size ? items.at(-1) : undefined;
  const total = rows.length;
  return { items, total, nextCursor: last ? encodeCursorParts([of(last), total]) : null };
}

async function count(sql: Sql, { from, where, values }: Listing): Promise<number> {
  const [row] = await sql.select<{ n: string | number }>(
    `SELECT COUNT(*) AS n FROM (SELECT 1 FROM ${from} WHERE ${where} LIMIT ${MAX_COUNTED}) counted`,
    values,
  );
  return Number(row?.n);
}

/**
 * Builds the condition for the rows after a place. Its first comparison lets the index start at the right
 * row.
 */
function past({ keys, descending }: Listing, place: CursorPart[]): [string, SqlValue[]] {
  const beyond = descending ? '<' : '>';
  const [first, second] = keys as [ListKey, ListKey?];
  const [a, b] = place as [CursorPart, CursorPart];
  if (!second) return [` AND ${first.column} ${beyond} ?`, [a]];
  const text = `${first.column} ${beyond}= ? AND (${first.column} ${beyond} ? OR ${second.column} ${beyond} ?)`;
  return [` AND ${text}`, [a, a, b]];
}

function encode(keys: readonly ListKey[], row: KeyedRow, total: number): string {
  const place = keys.map((_, index) => row[`key_${index}`] as CursorPart);
  return encodeCursorParts([...place, total]);
}

function decode(text: string, keys: readonly ListKey[]): { place: CursorPart[]; total: number } {
  const parts = decodeCursorParts(text);
  const total = parts.pop();
  const isOurs = parts.length === keys.length && keys.every(({ isValid }, index) => isValid(parts[index]));
  if (isOurs && isCount(total)) return { place: parts as CursorPart[], total };
  const message = 'cursor must be a nextCursor of the same list in the same order';
  throw validationError([{ path: 'cursor', message }]);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
