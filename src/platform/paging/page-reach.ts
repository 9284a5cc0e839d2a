import { validationError } from '../errors/common.errors.js';
import type { PageRequest } from './page.js';

/**
 * Number of the last row that a page number may reach. A cursor has no limit, because it need not skip rows.
 */
export const MAX_REACH = 10_000;

/**
 * @param sizeName name of the query parameter for the page size
 * @throws VALIDATION_ERROR if the page number reaches too far
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
