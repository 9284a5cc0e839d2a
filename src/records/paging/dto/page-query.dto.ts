import { PositiveInteger } from '../../../platform/http/paging.js';

const DEFAULT_LIMIT = 50;
export const MOST_PER_PAGE = 100;
export const FURTHEST_ROW = 10_000;

/** `page` and `limit` of a list that counts pages. */
export class PageAndLimitQuery {
  @PositiveInteger({
    default: 1,
    description: `page × limit must not go past ${FURTHEST_ROW}, but where a cursor is given.`,
  })
  page: number = 1;

  @PositiveInteger({
    default: DEFAULT_LIMIT,
    description: `Rows a page. More than ${MOST_PER_PAGE} is lowered to ${MOST_PER_PAGE}.`,
  })
  limit: number = DEFAULT_LIMIT;
}
