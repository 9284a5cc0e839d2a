import { TypeID, typeid } from 'typeid-js';

/** Prefixes of the TypeIDs, one per kind of row. */
export type IdPrefix =
  | 'com'
  | 'usr'
  | 'int'
  | 'tok'
  | 'pat'
  | 'prv'
  | 'ses'
  | 'inv'
  | 'sup'
  | 'prd'
  | 'bat'
  | 'dds'
  | 'log'
  | 'req'
  | 'job'
  | 'evt'
  | 'wh'
  | 'att'
  | 'aud';

/**
 * A new TypeID: the prefix, `_`, and a UUIDv7 in 26 characters of Crockford base 32. Sorts by time of making.
 * @see https://github.com/jetify-com/typeid/tree/main/spec
 */
export function newId(prefix: IdPrefix): string {
  return typeid(prefix).toString();
}

/** The least id that could have been made at a time: ids compare as the times of their making do. */
export function leastIdAt(prefix: IdPrefix, time: Date): string {
  const ms = Math.max(0, time.getTime()).toString(16).padStart(12, '0');
  return TypeID.fromUUID(prefix, `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-000000000000`).toString();
}
