import { validationError } from '../../platform/errors/common.errors.js';
import { FURTHEST_ROW, MOST_PER_PAGE, type PageAndLimitQuery } from './dto/page-query.dto.js';

/**
 * `page` and `limit` within bounds.
 * @param hint how to get further than pages go.
 * @throws VALIDATION_ERROR for a page so far that finding it would cost too much.
 */
export function boundedPage(
  { page, limit }: PageAndLimitQuery,
  hint: string,
): { page: number; limit: number } {
  const bounded = Math.min(limit, MOST_PER_PAGE);
  if (page * bounded <= FURTHEST_ROW) return { page, limit: bounded };
  throw validationError([
    { path: 'page', message: `page × limit must not go past ${FURTHEST_ROW}; ${hint}` },
  ]);
}
