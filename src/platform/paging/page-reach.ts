import { validationError } from '../errors/common.errors.js';
import type { PageRequest } from './page.js';

/** The last row that a page number reaches: whoever wants more follows the cursor, which need not count rows. */
export const MAX_REACH = 10_000;

/**
 * @param sizeName the parameter that says how many rows a page has.
 * @throws VALIDATION_ERROR for a page number so far that finding the page would cost too much.
 */
export function requireReach(
  { page, size, cursor }: { page: number; size: number; cursor: string | undefined },
  sizeName: string,
): PageRequest {
  if (cursor !== undefined) return { page, size, cursor };
  if (page * size <= MAX_REACH) return { page, size };
  const message = `page × ${sizeName} must not exceed ${MAX_REACH}. Use cursor for deeper pages`;
  throw validationError([{ path: 'page', message }]);
}
