/** Which part of a list to read. */
export interface PageRequest {
  /** From 1. Where there is a cursor, it only numbers the page. */
  page: number;
  /** Rows to a page. */
  size: number;
  /** The `nextCursor` of the page before. */
  cursor?: string;
}

/** A part of a list. */
export interface Page<Item> {
  items: Item[];
  /** On all pages; counted up to `MAX_COUNTED`. */
  total: number;
  /** Where the list goes on; null on the last page. */
  nextCursor: string | null;
}

/** The same page of what its items become. */
export function mapPage<Item, Shown>(page: Page<Item>, map: (item: Item) => Shown): Page<Shown> {
  return { ...page, items: page.items.map(map) };
}
