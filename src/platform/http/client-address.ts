import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ipAddressOf } from '../values/ip-address.js';

/** No server stands behind more proxies than this. */
const MAX_HOPS = 32;

/** Sets `request.ip` to a normalized IP address or the empty text, before any other hook reads it. */
export function normalizeClientAddresses(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    normalizeClientAddress(request);
    done();
  });
}

/**
 * Normalizes the IP address of one request.
 * Fastify accepts any text in `X-Forwarded-For`, also ports. Without this, text of an anonymous caller would
 * reach the log, the database and the rate limits.
 */
export function normalizeClientAddress(request: FastifyRequest): void {
  const forwarded = request.raw.headers['x-forwarded-for'];
  if (forwarded !== undefined) request.raw.headers['x-forwarded-for'] = settled(String(forwarded));
  Object.defineProperty(request, 'ip', { value: ipAddressOf(request.ip) ?? '' });
}

function settled(forwarded: string): string {
  return forwarded
    .split(',')
    .slice(-MAX_HOPS)
    .map((hop) => ipAddressOf(hop) ?? 'unknown')
    .join(', ');
}
