import { PositiveInteger } from '../paging.js';

const MAX_PAGE = 1_000_000;
const MAX_SIZE = 100;
const DEFAULT_SIZE = 50;

/** Which page of a list to show, and how long pages are. */
export class PageQuery {
  @PositiveInteger({ default: 1, maximum: MAX_PAGE, description: 'The first page is 1.' })
  page: number = 1;

  @PositiveInteger({ default: DEFAULT_SIZE, maximum: MAX_SIZE })
  size: number = DEFAULT_SIZE;
}
