import type { IntegrationPrincipal } from '../auth/principal/principal.js';

/** The tenant scope of a request: one integration of one company. Every query on business data names both. */
export interface Owner {
  companyId: string;
  integrationId: string;
}

export function ownerOf(caller: IntegrationPrincipal): Owner {
  return { companyId: caller.company.id, integrationId: caller.integration.id };
}
