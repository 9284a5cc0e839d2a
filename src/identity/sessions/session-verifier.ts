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
/** What changed without a word, such as by hand in the database, is seen after so long. */
const KEPT_MS = 60_000;

/** A credential stands as long as its row, its owner's account and their membership do. */
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

/** Whose a credential is, or that it is nobody's any more. */
type Standing = { userId: string; companyId: string } | 'ended';

/**
 * Turns a raw JWT into what it stands for. The signature is checked each time, and expiry with it; what the database
 * says is cached as the `RevocationEpoch` allows, so that an ended credential is dead at once in this process and
 * within a second in every other.
 */
@Injectable()
export class SessionVerifier {
  private readonly known = new LRUCache<string, Standing>({
    max: KNOWN_CREDENTIALS,
    ttl: KEPT_MS,
    ttlResolution: 1_000,
  });
  /** Hashes of JWTs that were valid once: a caller who shows one does not guess. */
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
   * @param address where the request came from; one that failed too often is verified for only now and then.
   * @throws RATE_LIMIT_EXCEEDED for such an address; TOKEN_EXPIRED; INVALID_TOKEN for a token that is forged or not yet valid, of an ended session or a deleted
   *   private token, or of someone who is disabled or no longer a member.
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
