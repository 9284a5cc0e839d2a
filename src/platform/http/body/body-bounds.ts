import type { ErrorDefinition } from '../../errors/app-error.js';
import type { JsonBounds } from './json-scan.js';

/** The largest body that a route reads. Each number is the largest that is accepted. */
export interface BodyBounds extends JsonBounds {
  bytes: number;
  /** Bytes from a caller who shows no credential, on a route that is open to them. */
  anonymousBytes: number;
  /** The error for a list of more than `items`, where it has one of its own. */
  tooManyItems?: ErrorDefinition;
  /** Whether a name that comes twice inside an item is the item's own affair (`repeatedName`) and not the body's. */
  judgesItems?: boolean;
}

const SMALL_BYTES = 64 * 1024;

/** Bodies of single records and small commands. */
export const SMALL_BODY: BodyBounds = {
  bytes: SMALL_BYTES,
  anonymousBytes: SMALL_BYTES,
  depth: 8,
  values: 1_000,
  members: 100,
  items: 1_000,
  text: SMALL_BYTES,
};
