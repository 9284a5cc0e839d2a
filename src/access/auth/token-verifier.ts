import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../../platform/database/database.js';
import { toIsoInstant } from '../../platform/database/instant.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { IntegrationStatus, IntegrationType } from '../integrations/integration.entity.js';
import { hashToken, isTokenForm } from '../tokens/token-format.js';
import { AccessEpoch } from './access-epoch.js';
import { AuthErrors, unauthorized } from './auth.errors.js';
import { FailureThrottle } from '../rate-limits/failure-throttle.js';
import type { Principal } from './principal.js';

const KNOWN_TOKENS = 20_000;
const UNKNOWN_HASHES = 20_000;

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

/** A token as it stood when it was looked up; expiry is judged anew each time. */
interface KnownToken {
  principal: Principal;
  revoked: boolean;
}

/**
 * Turns a raw token into a principal. Lookups are cached by hash; unknown hashes in a cache of their own, so
 * that random tokens evict nobody.
 */
@Injectable()
export class TokenVerifier {
  private readonly known = new LRUCache<string, KnownToken>({ max: KNOWN_TOKENS });
  private readonly unknown = new LRUCache<string, true>({ max: UNKNOWN_HASHES });
  /** Hashes that were found once. They say nothing of validity, only that their holder does not guess. */
  private readonly seen = new LRUCache<string, true>({ max: KNOWN_TOKENS });

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AccessEpoch) private readonly epoch: AccessEpoch,
    @Inject(FailureThrottle) private readonly failures: FailureThrottle,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    epoch.onMove(() => {
      this.known.clear();
      this.unknown.clear();
    });
  }

  /**
   * @param address where the request came from; one that failed too often is not looked up for.
   * @throws the credential errors of the Integration API, in their order.
   */
  async verify(raw: string, address: string): Promise<Principal> {
    if (!isTokenForm(raw)) throw unauthorized(AuthErrors.invalidTokenFormat);
    const token = await this.find(hashToken(raw), address);
    if (!token) throw unauthorized(AuthErrors.invalidToken);
    if (token.revoked) throw unauthorized(AuthErrors.tokenRevoked);
    const { expiresAt } = token.principal.credential;
    if (expiresAt && expiresAt.getTime() <= Date.now()) throw unauthorized(AuthErrors.tokenExpired);
    return token.principal;
  }

  private async find(hash: string, address: string): Promise<KnownToken | undefined> {
    const fresh = this.epoch.isFresh();
    const cached = fresh ? this.known.get(hash) : undefined;
    if (!cached && !this.seen.has(hash)) await this.failures.refuseWhenTooMany(address);
    if (cached || (fresh && this.unknown.has(hash))) {
      this.metrics.credentialChecks.inc({ source: 'cache' });
      return cached;
    }
    return this.lookUp(hash);
  }

  private async lookUp(hash: string): Promise<KnownToken | undefined> {
    this.metrics.credentialChecks.inc({ source: 'database' });
    const { generation } = this.epoch;
    const [row] = await this.database.select<TokenRow>(LOOKUP, [hash]);
    const token = row && this.tokenOf(row);
    if (token) this.seen.set(hash, true);
    if (generation === this.epoch.generation) {
      if (token) this.known.set(hash, token);
      else this.unknown.set(hash, true);
    }
    return token;
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
      },
    };
  }
}
