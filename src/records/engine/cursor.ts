import { decodeCursorParts, encodeCursorParts, SQL_INSTANT } from '../../platform/paging/cursor.js';
import { idPattern } from '../../platform/ids/ids.js';
import { validationError } from '../../platform/errors/common.errors.js';

/** The state in a cursor: the number of the next page, and the keys of the last row shown. */
export interface Cursor {
  page: number;
  keys: string[];
  /** The count from the first page, for lists that must be counted. */
  total?: number;
}

/** Encodes a cursor. Callers must not read its content, so the content may change. */
export function encodeCursor({ page, keys, total }: Cursor): string {
  return encodeCursorParts([page, ...keys, ...(total === undefined ? [] : [total])]);
}

/**
 * Decodes a cursor.
 * @param howMany number of sort keys; lists with and without `since` differ
 * @param idPrefix id prefix of the listed type; the last key is an id
 * @throws VALIDATION_ERROR if the text is not a cursor of this list
 */
export function decodeCursor(text: string, howMany: number, idPrefix: string): Cursor {
  const [page, ...rest] = decodeCursorParts(text);
  const keys = rest.slice(0, howMany);
  const [total, ...more] = rest.slice(howMany);
  const forms = [SQL_INSTANT, new RegExp(idPattern(idPrefix))].slice(-howMany);
  const isOurs = keys.length === howMany && keys.every(hasForm(forms));
  if (!isOurs || more.length > 0 || !isCount(page, 1)) throw invalidCursor();
  if (total === undefined) return { page, keys };
  if (!isCount(total, 0)) throw invalidCursor();
  return { page, keys, total };
}

function isCount(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function hasForm(forms: RegExp[]): (key: unknown, index: number) => key is string {
  return (key, index): key is string => typeof key === 'string' && !!forms[index]?.test(key);
}

function invalidCursor(): Error {
  const message = 'cursor must be a nextCursor of the same list with the same since';
  return validationError([{ path: 'cursor', message }]);
}
