import type { IntegrationPrincipal } from '../auth/principal/principal.js';

/** Whose things a request may see and write: one integration of one company. Every query names both. */
export interface Owner {
  companyId: string;
  integrationId: string;
}

export function ownerOf(caller: IntegrationPrincipal): Owner {
  return { companyId: caller.company.id, integrationId: caller.integration.id };
}
