import { TypeID, typeid } from 'typeid-js';

/**
 * A new TypeID: the prefix, `_`, and a UUIDv7 in 26 characters of Crockford base 32. Sorts by time of making.
 * Each kind of row declares its own prefix beside its entity, as `…_ID_PREFIX`.
 * @see https://github.com/jetify-com/typeid/tree/main/spec
 */
export function newId(prefix: string): string {
  return typeid(prefix).toString();
}

/** The form of the ids of one kind, as a regular expression for JSON Schema and for `RegExp`. */
export function idPattern(prefix: string): string {
  return `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`;
}

/** Whether a text can be the id of a row of one kind. Anything else is never asked of the database. */
export function isId(prefix: string, text: string): boolean {
  return text.startsWith(`${prefix}_`) && SUFFIX.test(text.slice(prefix.length + 1));
}

const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** The least id that could have been made at a time: ids compare as the times of their making do. */
export function leastIdAt(prefix: string, time: Date): string {
  const ms = Math.max(0, time.getTime()).toString(16).padStart(12, '0');
  return TypeID.fromUUID(prefix, `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-000000000000`).toString();
}
