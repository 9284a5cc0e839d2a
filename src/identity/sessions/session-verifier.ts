import { actsIn } from '../../auth/credentials/acts-in.js';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../../platform/database/database.js';
import { RevocationEpoch } from '../../auth/credentials/revocation-epoch.js';
import { AuthErrors, unauthorized } from '../../auth/principal/auth.errors.js';
import type { JwtContent, JwtKind } from '../../auth/principal/jwt-content.js';
import { FailureThrottle } from '../../auth/rate-limits/failure-throttle.js';
import { hashToken } from '../../auth/credentials/token-format.js';
import { Jwts } from '../jwt/jwt.js';

const KNOWN_CREDENTIALS = 20_000;
/** A change that bumps no epoch, such as a manual edit in the database, takes effect after this time. */
const KEPT_MS = 60_000;

/** Builds the query for one credential: its row, its owner's account and the membership. */
const standing = (table: string, endedAt: string, bound = ''): string => `
  SELECT c.user_id, c.company_id, c.${endedAt} AS ended_at, u.disabled_at, m.user_id AS member_id
  FROM ${table} c
  JOIN users u ON u.id = c.user_id
  LEFT JOIN memberships m ON m.user_id = c.user_id AND m.company_id = c.company_id ${bound}
  WHERE c.id = ?`;

const LOOKUP: Record<JwtKind, string> = {
  session: standing('sessions', 'ended_at'),
  private: standing('private_tokens', 'deleted_at', `AND ${actsIn('c', 'm')}`),
};

interface StandingRow {
  user_id: string;
  company_id: string;
  ended_at: string | null;
  disabled_at: string | null;
  member_id: string | null;
}

/** The owner of a credential, or that the credential has ended. */
type Standing = { userId: string; companyId: string } | 'ended';

/**
 * Verifies a raw JWT.
 * It checks signature and expiry on every call. It caches the database's answer as `RevocationEpoch` allows,
 * so an ended credential stops working at once in this process and within a second in all others.
 */
@Injectable()
export class SessionVerifier {
  private readonly known = new LRUCache<string, Standing>({
    max: KNOWN_CREDENTIALS,
    ttl: KEPT_MS,
    ttlResolution: 1_000,
  });
  /** Hashes of JWTs that were valid once. The caller of such a token is not guessing. */
  private readonly seen = new LRUCache<string, true>({ max: KNOWN_CREDENTIALS });

  constructor(
    private readonly database: Database,
    private readonly epoch: RevocationEpoch,
    private readonly jwts: Jwts,
    private readonly failures: FailureThrottle,
  ) {
    epoch.onMove(() => this.known.clear());
  }

  /**
   * Verifies a JWT.
   * @param address IP address of the request; a throttled address gets only a few verifications
   * @throws RATE_LIMIT_EXCEEDED for a throttled address
   * @throws TOKEN_EXPIRED
   * @throws INVALID_TOKEN if the token is forged or not yet valid, if its session or private token has ended,
   * or if its owner is disabled or no longer a member
   */
  async verify(rawJwt: string, address: string): Promise<JwtContent> {
    const hash = hashToken(rawJwt);
    if (this.seen.has(hash)) return this.check(rawJwt);
    const content = await this.failures.gate(address, () => this.check(rawJwt));
    this.seen.set(hash, true);
    return content;
  }

  private async check(rawJwt: string): Promise<JwtContent> {
    const content = await this.jwts.verify(rawJwt);
    const stands = await this.find(content);
    if (stands === 'ended' || stands.userId !== content.userId || stands.companyId !== content.companyId)
      throw unauthorized(AuthErrors.invalidToken);
    return content;
  }

  private async find({ kind, credentialId }: JwtContent): Promise<Standing> {
    const key = `${kind} ${credentialId}`;
    const cached = this.epoch.isFresh() ? this.known.get(key) : undefined;
    if (cached) return cached;
    const { generation } = this.epoch;
    const [row] = await this.database.select<StandingRow>(LOOKUP[kind], [credentialId]);
    const found = standingOf(row);
    if (generation === this.epoch.generation) this.known.set(key, found);
    return found;
  }
}

function standingOf(row: StandingRow | undefined): Standing {
  if (!row || row.ended_at !== null || row.disabled_at !== null || row.member_id === null) return 'ended';
  return { userId: row.user_id, companyId: row.company_id };
}
