import type { FastifyRequest } from 'fastify';
import { addressKey } from '../../platform/values/ip-address.js';

/**
 * Returns the party that shares of connections and memory are counted for: the integration's company, the
 * person, or the IP address of an anonymous caller.
 */
export function fairShareKeyOf({ principal, ip }: FastifyRequest): string {
  if (!principal) return addressKey(ip);
  return 'company' in principal ? principal.company.id : principal.user.id;
}
