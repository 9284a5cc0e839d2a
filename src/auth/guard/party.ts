import type { FastifyRequest } from 'fastify';
import { addressKey } from '../../platform/values/ip-address.js';

/**
 * Whose share of what all share a request takes: the company of an integration, the person, or the address where nobody
 * is signed in.
 */
export function partyOf({ principal, ip }: FastifyRequest): string {
  if (!principal) return addressKey(ip);
  return 'company' in principal ? principal.company.id : principal.user.id;
}
