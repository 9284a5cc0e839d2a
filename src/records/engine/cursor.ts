import { validationError } from '../../platform/errors/common.errors.js';

/** Where a list goes on: the page that comes next, and the keys of the last row shown. */
export interface Cursor {
  page: number;
  keys: string[];
  /** What the first page counted, where counting is not free. */
  total?: number;
}

/** Opaque to callers, so that its inside may change. */
export function encodeCursor({ page, keys, total }: Cursor): string {
  const counted = total === undefined ? [] : [total];
  return Buffer.from(JSON.stringify([page, ...keys, ...counted])).toString('base64url');
}

/**
 * @param howMany keys the list is ordered by; with and without `since` they differ.
 * @param idPrefix of the listed type: the last key is the id of the last row shown.
 * @throws VALIDATION_ERROR for text that this product did not make.
 */
export function decodeCursor(text: string, howMany: number, idPrefix: string): Cursor {
  const [page, ...rest] = parse(text);
  const keys = rest.slice(0, howMany);
  const [total, ...more] = rest.slice(howMany);
  const areText = keys.length === howMany && keys.every((key) => typeof key === 'string');
  const isOurs = areText && String(keys.at(-1)).startsWith(`${idPrefix}_`) && !keys.join().includes('\u0000');
  if (!isOurs || more.length > 0 || !isCount(page, 1)) throw invalidCursor();
  if (total === undefined) return { page, keys };
  if (!isCount(total, 0)) throw invalidCursor();
  return { page, keys, total };
}

function isCount(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function parse(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function invalidCursor(): Error {
  const message = 'cursor must be the nextCursor of an earlier answer to the same list, with the same since';
  return validationError([{ path: 'cursor', message }]);
}
