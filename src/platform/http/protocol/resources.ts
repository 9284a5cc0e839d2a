import type { RouteOptions } from 'fastify';
import createRouter, { type HTTPVersion, type Instance } from 'find-my-way';

/** In the order in which `Allow` lists them. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

const ANY_METHOD = 'GET';

/**
 * Which methods each path of the product answers. Fastify looks for method and path at once, and so cannot tell a path
 * that is not there from one that is there for other methods.
 */
export class Resources {
  private readonly router: Instance<HTTPVersion.V1>;
  private readonly methodsOf = new Map<string, string[]>();

  /** @param maxParamLength as the router has it. */
  constructor(maxParamLength: number) {
    this.router = createRouter({ maxParamLength });
  }

  /** Notes a route. Those for whatever path say nothing about any. */
  add({ url, method }: Pick<RouteOptions, 'url' | 'method'>): void {
    if (!url.startsWith('/')) return;
    const methods = this.at(withPlainNames(url));
    const known = new Set([...methods, ...[method].flat()]);
    methods.splice(0, methods.length, ...METHODS.filter((name) => known.has(name)));
  }

  /** The methods of the path of a URL, or undefined where nothing is. */
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

/** Routes of one path may call its parameters by different names. */
function withPlainNames(url: string): string {
  let count = 0;
  return url.replace(/:\w+/g, () => `:p${(count += 1)}`);
}
