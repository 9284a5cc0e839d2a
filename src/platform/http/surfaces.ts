import type { ErrorFormat } from '../errors/error-format.js';

/** A part of the API that callers see as one: its errors look alike, and its paths follow the same rules. */
export interface Surface {
  name: string;
  /** How its paths begin, such as `/apiops`. No path begins as those of two surfaces do. */
  prefixes: readonly string[];
  formatError: ErrorFormat;
  /** Whether one slash may end its paths: the router then sees the path without it. */
  ignoresTrailingSlash: boolean;
}

/** The path, without a query string, ends in one slash and not in several. */
const ENDS_IN_ONE_SLASH = /[^/]\/$/;

/** All surfaces of the product. Every path belongs to exactly one of them. */
export class Surfaces<Entry extends Surface = Surface> {
  private readonly slashPrefixes: string[];

  /** @param rest the surface of the paths that no other one claims. */
  constructor(
    private readonly claiming: readonly Entry[],
    private readonly rest: Entry,
  ) {
    this.slashPrefixes = claiming
      .filter(({ ignoresTrailingSlash }) => ignoresTrailingSlash)
      .flatMap(({ prefixes }) => prefixes);
  }

  /** In the order of the documentation. */
  get all(): Entry[] {
    return [...this.claiming, this.rest];
  }

  /** The surface that a URL's path belongs to; the URL has no host, and may have a query string. */
  of(url: string): Entry {
    return this.claiming.find(({ prefixes }) => prefixes.some((prefix) => isUnder(prefix, url))) ?? this.rest;
  }

  /** The URL as the router knows it: without the slash that its surface ignores. */
  withoutTrailingSlash(url: string): string {
    const prefix = this.slashPrefixes.find((candidate) => url.startsWith(`${candidate}/`));
    if (prefix === undefined) return url;
    const [path] = url.split('?', 1) as [string];
    const below = path.slice(prefix.length + 1);
    return ENDS_IN_ONE_SLASH.test(below) ? path.slice(0, -1) + url.slice(path.length) : url;
  }
}

function isUnder(prefix: string, url: string): boolean {
  return url.startsWith(prefix) && ['/', '?', undefined].includes(url[prefix.length]);
}
