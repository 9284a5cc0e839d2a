import { typeid } from 'typeid-js';

/** Prefixes of the TypeIDs, one per kind of row. */
export type IdPrefix = 'com' | 'int' | 'tok' | 'sup' | 'prd' | 'bat' | 'dds' | 'log' | 'req' | 'job';

/**
 * A new TypeID: the prefix, `_`, and a UUIDv7 in 26 characters of Crockford base 32. Sorts by time of making.
 * @see https://github.com/jetify-com/typeid/tree/main/spec
 */
export function newId(prefix: IdPrefix): string {
  return typeid(prefix).toString();
}
