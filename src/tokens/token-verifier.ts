import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { toIsoInstant } from '../platform/database/instant.js';
import type { Config } from '../platform/config/config.js';
import { CONFIG } from '../platform/config/config.module.js';
import type { IntegrationStatus, IntegrationType } from '../integrations/integration.entity.js';
import { hashToken } from '../auth/credentials/token-format.js';
import { AuthErrors, requireUnexpired, unauthorized } from '../auth/principal/auth.errors.js';
import { type CredentialLookup, CredentialLookups } from '../auth/credentials/credential-lookup.js';
import type { IntegrationPrincipal } from '../auth/principal/principal.js';

const LOOKUP = `
  SELECT t.id, t.name, t.prefix, t.scopes, t.expires_at, t.revoked_at, t.rate_limit_per_minute AS token_limit,
         i.id AS integration_id, i.name AS integration_name, i.type, i.status,
         i.rate_limit_per_minute AS integration_limit, c.id AS company_id, c.slug
  FROM tokens t
  JOIN integrations i ON i.id = t.integration_id AND i.company_id = t.company_id
  JOIN companies c ON c.id = t.company_id
  WHERE t.hash = ?`;

interface TokenRow {
  id: string;
  name: string;
  prefix: string;
  scopes: string;
  expires_at: string | null;
  revoked_at: string | null;
  token_limit: number | null;
  integration_id: string;
  integration_name: string;
  type: IntegrationType;
  status: IntegrationStatus;
  integration_limit: number | null;
  company_id: string;
  slug: string;
}

/** A token as the lookup found it. Expiry is checked on every call. */
interface KnownToken {
  principal: IntegrationPrincipal;
  revoked: boolean;
}

/** Converts a raw integration token to a principal. */
@Injectable()
export class TokenVerifier {
  private readonly tokens: CredentialLookup<KnownToken>;

  constructor(
    private readonly database: Database,
    @Inject(CONFIG) private readonly config: Config,
    lookups: CredentialLookups,
  ) {
    this.tokens = lookups.for((hash) => this.lookUp(hash));
  }

  /**
   * @param address IP address of the request; a throttled address gets only a few lookups
   * @throws the credential errors of the Integration API, in the order of `AuthErrors`
   */
  async verify(raw: string, address: string): Promise<IntegrationPrincipal> {
    const token = await this.tokens.find(hashToken(raw), address);
    if (!token) throw unauthorized(AuthErrors.invalidToken);
    if (token.revoked) throw unauthorized(AuthErrors.tokenRevoked);
    requireUnexpired(token.principal.credential.expiresAt);
    return token.principal;
  }

  private async lookUp(hash: string): Promise<KnownToken | undefined> {
    const [row] = await this.database.select<TokenRow>(LOOKUP, [hash]);
    return row && this.tokenOf(row);
  }

  private tokenOf(row: TokenRow): KnownToken {
    const expiresAt = row.expires_at === null ? null : new Date(toIsoInstant(row.expires_at));
    return {
      revoked: row.revoked_at !== null,
      principal: {
        company: { id: row.company_id, slug: row.slug },
        integration: {
          id: row.integration_id,
          name: row.integration_name,
          type: row.type,
          status: row.status,
        },
        credential: { id: row.id, name: row.name, prefix: row.prefix, expiresAt },
        scopes: JSON.parse(row.scopes) as string[],
        requestsPerMinute: row.token_limit ?? row.integration_limit ?? this.config.RATE_LIMIT_PER_MINUTE,
        ...(row.status !== 'ACTIVE' && { blocked: AuthErrors.integrationInactive }),
      },
    };
  }
}
