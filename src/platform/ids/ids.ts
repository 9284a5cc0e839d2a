import { TypeID, typeid } from 'typeid-js';

/**
 * Returns a new TypeID: the prefix, `_`, and a UUIDv7 in 26 characters of Crockford base 32. Ids sort by
 * creation time.
 * Each kind of row declares its prefix beside its entity, as `…_ID_PREFIX`.
 * @see https://github.com/jetify-com/typeid/tree/main/spec
 */
export function newId(prefix: string): string {
  return typeid(prefix).toString();
}

/** Returns the pattern of one kind of id, for JSON Schema and `RegExp`. */
export function idPattern(prefix: string): string {
  return `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`;
}

/** Whether a text has the form of one kind of id. The database is never asked for other text. */
export function isId(prefix: string, text: string): boolean {
  return text.startsWith(`${prefix}_`) && SUFFIX.test(text.slice(prefix.length + 1));
}

const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** Returns the smallest id that could exist at a time. Ids compare by creation time. */
export function leastIdAt(prefix: string, time: Date): string {
  const ms = Math.max(0, time.getTime()).toString(16).padStart(12, '0');
  return TypeID.fromUUID(prefix, `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-000000000000`).toString();
}
