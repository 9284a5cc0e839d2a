import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HeaderLines } from './client-errors.js';

/**
 * Security headers of every response (OWASP REST Security Cheat Sheet): a browser must not treat data as a
 * page or run anything in it. The documentation pages have their own policy.
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
/** Fastify converts names to lower case; names that are in lower case already cost nothing. */
const SECURITY_LINES = Object.entries(SECURITY_HEADERS).map(
  ([name, value]) => [name.toLowerCase(), value] as const,
);

const READS = ['GET', 'HEAD'];
/** Request headers that select the credential and the company of a read. */
const WHOSE = ['Authorization', 'X-Company'];

/** Sets the request id, the security headers and the caching rules of every response. */
export function setResponseHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    describeResponse(request, reply);
    done();
  });
}

/** Sets the same headers on a response that no hook sees. */
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
 * Returns the `Cache-Control` of a response; undefined if the route has set its own.
 * Writes may show a secret once, and errors do not last: neither is stored (RFC 9111, section 5.2.2.5). A
 * response to a credential is for its caller only, and is stored only if an ETag allows revalidation.
 */
function cachingOf({ method }: FastifyRequest, reply: FastifyReply, isOpen: boolean): string | undefined {
  if (reply.statusCode >= 400 || !READS.includes(method)) return 'no-store';
  if (reply.hasHeader('cache-control')) return undefined;
  if (isOpen) return 'no-cache';
  return reply.hasHeader('etag') ? 'private, no-cache' : 'no-store';
}

/**
 * Names the request headers that belong to the cache key (RFC 9111, section 4.1). The CORS code adds
 * `Origin`.
 */
function addVary(reply: FastifyReply, names: readonly string[]): void {
  if (names.length === 0) return;
  const present = reply.getHeader('vary');
  void reply.header('vary', [present, ...names].filter(Boolean).join(', '));
}
