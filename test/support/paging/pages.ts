import type { PageRequest } from '../../../src/platform/paging/page.js';

/** The first page of a list, long enough for most tests. */
export const FIRST_PAGE: PageRequest = { page: 1, size: 100 };
