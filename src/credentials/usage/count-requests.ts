import type { FastifyInstance } from 'fastify';
import type { Principal } from '../../auth/principal/principal.js';
import type { Usage, UsedCredential } from './usage.js';

/**
 * Counts every request that the guard let in, after its response.
 * @param fastify undefined in command-line processes
 */
export function countRequests(fastify: FastifyInstance | undefined, usage: Usage): void {
  fastify?.addHook('onResponse', ({ principal }, reply, done) => {
    if (principal) usage.note(usedBy(principal), reply.statusCode);
    done();
  });
}

/** A person's request counts for the company that it is about, or else for the person's default company. */
function usedBy(principal: Principal): UsedCredential {
  const companyId = 'company' in principal ? principal.company.id : principal.companyId;
  return { companyId, credentialId: principal.credential.id };
}
