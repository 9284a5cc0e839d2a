import type { ErrorFormat } from '../errors/error-format.js';

/** A part of the API that callers see as one: its errors look alike. */
export interface Surface {
  name: string;
  /** How its paths begin, such as `/apiops`. No path begins as those of two surfaces do. */
  prefixes: readonly string[];
  formatError: ErrorFormat;
}

/** All surfaces of the product. Every path belongs to exactly one of them. */
export class Surfaces<Entry extends Surface = Surface> {
  /** @param rest the surface of the paths that no other one claims. */
  constructor(
    private readonly claiming: readonly Entry[],
    private readonly rest: Entry,
  ) {}

  /** In the order of the documentation. */
  get all(): Entry[] {
    return [...this.claiming, this.rest];
  }

  /** The surface that a URL's path belongs to; the URL has no host, and may have a query string. */
  of(url: string): Entry {
    return this.claiming.find(({ prefixes }) => prefixes.some((prefix) => isUnder(prefix, url))) ?? this.rest;
  }
}

function isUnder(prefix: string, url: string): boolean {
  return url.startsWith(prefix) && ['/', '?', undefined].includes(url[prefix.length]);
}
