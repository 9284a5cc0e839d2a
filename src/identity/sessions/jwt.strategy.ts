import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-http-bearer';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { AuthErrors, unauthorized } from '../../auth/principal/auth.errors.js';
import type { CredentialRequest, CredentialStrategy } from '../../auth/credentials/credential-strategies.js';
import { type CredentialLookup, CredentialLookups } from '../../auth/credentials/credential-lookup.js';
import type { UserPrincipal } from '../../auth/principal/principal.js';
import { type KnownPerson, People } from '../users/people.js';
import type { JwtContent } from '../../auth/principal/jwt-content.js';
import { SessionVerifier } from './session-verifier.js';
import { SESSION_ID_PREFIX } from './session.entity.js';

const FORM = /^[\w-]+\.[\w-]+\.[\w-]*$/;
const NAMES = { session: 'session', private: 'private token' };

/** Accepts access tokens from sign-in and private tokens in `Authorization: Bearer`. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') implements CredentialStrategy {
  override readonly name = 'jwt';
  readonly callers = ['account', 'user'] as const;
  readonly kept = {
    [SESSION_ID_PREFIX]: {
      table: 'sessions',
      endedAt: 'ended_at',
      remembersUse: false,
      keepsMaker: false,
      isBound: false,
    },
    prv: {
      table: 'private_tokens',
      endedAt: 'deleted_at',
      remembersUse: false,
      keepsMaker: true,
      isBound: true,
    },
  };
  private readonly persons: CredentialLookup<KnownPerson>;

  constructor(
    private readonly verifier: SessionVerifier,
    @Inject(CONFIG) private readonly config: Config,
    people: People,
    lookups: CredentialLookups,
  ) {
    super({ passReqToCallback: true });
    this.persons = lookups.for((userId) => people.find(userId));
  }

  /** Passport calls it with the token in the header. */
  async validate({ ip }: CredentialRequest, raw: string): Promise<UserPrincipal | false> {
    if (!FORM.test(raw)) return false;
    const signedIn = await this.verifier.verify(raw, ip);
    const person = await this.persons.trusted(signedIn.userId);
    if (!person) throw unauthorized(AuthErrors.invalidToken);
    return this.principalOf(signedIn, person);
  }

  /** A private token acts only in its own company. An access token acts in all companies of its owner. */
  private principalOf(signedIn: JwtContent, { user, memberships }: KnownPerson): UserPrincipal {
    const { kind, credentialId: id, companyId, expiresAt } = signedIn;
    const isPrivate = kind === 'private';
    return {
      user,
      companyId,
      memberships: isPrivate ? memberships.filter(({ company }) => company.id === companyId) : memberships,
      credential: { id, name: NAMES[kind], prefix: '', expiresAt: isPrivate ? expiresAt : null },
      requestsPerMinute: this.config.RATE_LIMIT_PER_MINUTE,
      signedIn,
    };
  }
}
