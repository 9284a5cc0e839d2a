import { actsIn } from '../../auth/credentials/acts-in.js';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { Database } from '../../platform/database/database.js';
import { toIsoInstant } from '../../platform/database/instant.js';
import { AuthErrors, requireUnexpired, unauthorized } from '../../auth/principal/auth.errors.js';
import { type CredentialLookup, CredentialLookups } from '../../auth/credentials/credential-lookup.js';
import type { UserPrincipal } from '../../auth/principal/principal.js';
import { hashToken } from '../../auth/credentials/token-format.js';
import { People } from '../../identity/users/people.js';

const REACHED = `
  SELECT m.company_id FROM personal_tokens t JOIN memberships m ON m.user_id = t.user_id
  WHERE t.id = ? AND ${actsIn('t', 'm')}`;

interface TokenRow {
  id: string;
  user_id: string;
  name: string;
  prefix: string;
  expires_at: string | null;
  revoked_at: string | null;
}

/** A token as the lookup found it. Expiry is checked on every call. */
interface KnownToken {
  principal: UserPrincipal;
  /** Whether the token is revoked or its owner is disabled. */
  dead: boolean;
}

/** Converts a raw personal token to its owner, with their current roles. */
@Injectable()
export class PersonalTokenVerifier {
  private readonly tokens: CredentialLookup<KnownToken>;

  constructor(
    private readonly database: Database,
    private readonly people: People,
    @Inject(CONFIG) private readonly config: Config,
    lookups: CredentialLookups,
  ) {
    this.tokens = lookups.for((hash) => this.lookUp(hash));
  }

  /**
   * @throws INVALID_TOKEN
   * @throws TOKEN_REVOKED also if the owner is disabled
   * @throws TOKEN_EXPIRED
   */
  async verify(raw: string, address: string): Promise<UserPrincipal> {
    const token = await this.tokens.find(hashToken(raw), address);
    if (!token) throw unauthorized(AuthErrors.invalidToken);
    if (token.dead) throw unauthorized(AuthErrors.tokenRevoked);
    requireUnexpired(token.principal.credential.expiresAt);
    return token.principal;
  }

  private async lookUp(hash: string): Promise<KnownToken | undefined> {
    const [row] = await this.database.select<TokenRow>(
      'SELECT id, user_id, name, prefix, expires_at, revoked_at FROM personal_tokens WHERE hash = ?',
      [hash],
    );
    const person = row && (await this.people.find(row.user_id));
    if (!person) return undefined;
    const { user, companyId, disabled } = person;
    const reached = await this.companiesOf(row.id);
    const memberships = person.memberships.filter(({ company }) => reached.has(company.id));
    const { id, name, prefix } = row;
    const expiresAt = row.expires_at === null ? null : new Date(toIsoInstant(row.expires_at));
    const credential = { id, name, prefix, expiresAt };
    const requestsPerMinute = this.config.RATE_LIMIT_PER_MINUTE;
    return {
      dead: row.revoked_at !== null || disabled,
      principal: { user, companyId, memberships, credential, requestsPerMinute },
    };
  }

  /** Returns the companies in which a token may act. */
  private async companiesOf(id: string): Promise<Set<string>> {
    const rows = await this.database.select<{ company_id: string }>(REACHED, [id]);
    return new Set(rows.map(({ company_id }) => company_id));
  }
}
