import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HeaderLines } from './client-errors.js';

/**
 * What browsers are told about every response (OWASP REST security cheat sheet): data is no page and runs nothing. The
 * pages of the documentation have a policy of their own.
 */
export const SECURITY_HEADERS: HeaderLines = {
  'Content-Security-Policy': "default-src 'none';frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-DNS-Prefetch-Control': 'off',
  'X-Download-Options': 'noopen',
  'X-Frame-Options': 'DENY',
  'X-Permitted-Cross-Domain-Policies': 'none',
  'X-XSS-Protection': '0',
};
/** Fastify writes each name in lower case, and does nothing where it is so already. */
const SECURITY_LINES = Object.entries(SECURITY_HEADERS).map(
  ([name, value]) => [name.toLowerCase(), value] as const,
);

const READS = ['GET', 'HEAD'];
/** Which credential and company a read is of, beside its URL. */
const WHOSE = ['Authorization', 'X-Company'];

/** Gives every response its request id, its security headers and what caches may do with it. */
export function setResponseHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    describeResponse(request, reply);
    done();
  });
}

/** The same for a response that no hook sees. */
export function describeResponse(request: FastifyRequest, reply: FastifyReply): void {
  for (const [name, value] of SECURITY_LINES) {
    if (!reply.hasHeader(name)) void reply.header(name, value);
  }
  void reply.header('x-request-id', request.id);
  const isOpen = request.routeOptions.config?.access?.public === true && !request.headers.authorization;
  const caching = cachingOf(request, reply, isOpen);
  if (caching !== undefined) void reply.header('cache-control', caching);
  const forms = request.routeOptions.config?.ignoresAccept ? [] : ['Accept'];
  addVary(reply, isOpen ? forms : [...forms, ...WHOSE]);
}

/**
 * Writes may show a secret this once, and errors pass (RFC 9111, section 5.2.2.5). What needed a credential is for its caller
 * alone, and is kept only where an ETag can tell that it is still so. Undefined where the route has said more.
 */
function cachingOf({ method }: FastifyRequest, reply: FastifyReply, isOpen: boolean): string | undefined {
  if (reply.statusCode >= 400 || !READS.includes(method)) return 'no-store';
  if (reply.hasHeader('cache-control')) return undefined;
  if (isOpen) return 'no-cache';
  return reply.hasHeader('etag') ? 'private, no-cache' : 'no-store';
}

/** Names the request headers that decide what is answered: the cache key (RFC 9111, section 4.1). CORS names `Origin`. */
function addVary(reply: FastifyReply, names: readonly string[]): void {
  if (names.length === 0) return;
  const present = reply.getHeader('vary');
  void reply.header('vary', [present, ...names].filter(Boolean).join(', '));
}
