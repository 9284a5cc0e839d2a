import type { ErrorDefinition } from '../../errors/app-error.js';
import type { JsonBounds } from './json-scan.js';

/** Limits of a route's body. Each number is the largest accepted value. */
export interface BodyBounds extends JsonBounds {
  bytes: number;
  /** Bytes of a body without a credential, on a public route. */
  anonymousBytes: number;
  /** The error for a list of more than `items`, if it has its own. */
  tooManyItems?: ErrorDefinition;
  /**
   * Whether a repeated name inside an item is an error of that item (`repeatedName`) instead of the whole
   * body.
   */
  judgesItems?: boolean;
}

const SMALL_BYTES = 64 * 1024;

/** Limits for single records and small commands. */
export const SMALL_BODY: BodyBounds = {
  bytes: SMALL_BYTES,
  anonymousBytes: SMALL_BYTES,
  depth: 8,
  values: 1_000,
  members: 100,
  items: 1_000,
  text: SMALL_BYTES,
};
