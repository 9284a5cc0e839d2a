import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ipAddressOf } from '../values/ip-address.js';

/** More proxies than this stand before no server. */
const MAX_HOPS = 32;

/** Makes `request.ip` an IP address in its one form, or the empty text, before anything reads it. */
export function settleAddresses(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    settleAddress(request);
    done();
  });
}

/**
 * The same for one request. What a proxy forwards may hold ports, or any text at all: Fastify takes the header as it is,
 * and would hand a stranger's text to the log, the database and whatever counts by address.
 */
export function settleAddress(request: FastifyRequest): void {
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
