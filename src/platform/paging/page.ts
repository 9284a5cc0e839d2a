/** The part of a list to read. */
export interface PageRequest {
  /** Page number, from 1. With a cursor it has no effect on the rows. */
  page: number;
  /** Rows per page. */
  size: number;
  /** The `nextCursor` of the previous page. */
  cursor?: string;
}

/** A page of a list. */
export interface Page<Item> {
  items: Item[];
  /** Number of rows on all pages, counted up to `MAX_COUNTED`. */
  total: number;
  /** Cursor of the next page; null on the last page. */
  nextCursor: string | null;
}

/** Maps the items of a page. */
export function mapPage<Item, Shown>(page: Page<Item>, map: (item: Item) => Shown): Page<Shown> {
  return { ...page, items: page.items.map(map) };
}
