import type { RouteOptions } from 'fastify';
import createRouter, { type HTTPVersion, type Instance } from 'find-my-way';

/** In the order of the header `Allow`. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

const ANY_METHOD = 'GET';

/**
 * Knows the methods of each path.
 * Fastify looks up method and path together, so it cannot tell an unknown path from a path that has other
 * methods.
 */
export class AllowedMethods {
  private readonly router: Instance<HTTPVersion.V1>;
  private readonly methodsOf = new Map<string, string[]>();

  /** @param maxParamLength the value that the router uses */
  constructor(maxParamLength: number) {
    this.router = createRouter({ maxParamLength });
  }

  /** Adds a route. Ignores routes that match any path. */
  add({ url, method }: Pick<RouteOptions, 'url' | 'method'>): void {
    if (!url.startsWith('/')) return;
    const methods = this.at(withPlainNames(url));
    const known = new Set([...methods, ...[method].flat()]);
    methods.splice(0, methods.length, ...METHODS.filter((name) => known.has(name)));
  }

  /** Returns the methods of a URL's path; undefined if the path does not exist. */
  allowedAt(url: string): readonly string[] | undefined {
    return this.router.find(ANY_METHOD, url)?.store as string[] | undefined;
  }

  private at(pattern: string): string[] {
    const present = this.methodsOf.get(pattern);
    if (present) return present;
    const methods = ['OPTIONS'];
    this.methodsOf.set(pattern, methods);
    this.router.on(ANY_METHOD, pattern, () => undefined, methods);
    return methods;
  }
}

/** Replaces the parameter names, because routes of one path may use different names. */
function withPlainNames(url: string): string {
  let count = 0;
  return url.replace(/:\w+/g, () => `:p${(count += 1)}`);
}
