import type { IntegrationStatus, IntegrationType } from '../integrations/integration.entity.js';

/**
 * The caller, as the guard found them: all that handlers know. `scopes` is what the credential may do;
 * `requestsPerMinute` its limit, 0 for none.
 */
export interface Principal {
  company: { id: string; slug: string };
  integration: { id: string; name: string; type: IntegrationType; status: IntegrationStatus };
  credential: { id: string; name: string; prefix: string; expiresAt: Date | null };
  scopes: readonly string[];
  requestsPerMinute: number;
}
