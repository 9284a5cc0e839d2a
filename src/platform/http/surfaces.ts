import type { ErrorFormat } from '../errors/error-format.js';

/** A part of the API with one error format. */
export interface Surface {
  name: string;
  /** Beginnings of its paths, such as `/apiops`. No path matches the prefixes of two surfaces. */
  prefixes: readonly string[];
  formatError: ErrorFormat;
}

/** All surfaces of the product. Every path belongs to exactly one. */
export class Surfaces<Entry extends Surface = Surface> {
  /** @param rest the surface of all other paths */
  constructor(
    private readonly claiming: readonly Entry[],
    private readonly rest: Entry,
  ) {}

  /** All surfaces, in the order of the documentation. */
  get all(): Entry[] {
    return [...this.claiming, this.rest];
  }

  /** Returns the surface of a URL without host; a query string is allowed. */
  of(url: string): Entry {
    return this.claiming.find(({ prefixes }) => prefixes.some((prefix) => isUnder(prefix, url))) ?? this.rest;
  }
}

function isUnder(prefix: string, url: string): boolean {
  return url.startsWith(prefix) && ['/', '?', undefined].includes(url[prefix.length]);
}
