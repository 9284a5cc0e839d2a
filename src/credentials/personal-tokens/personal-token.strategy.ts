import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-http-bearer';
import type { CredentialRequest, CredentialStrategy } from '../../auth/credentials/credential-strategies.js';
import type { UserPrincipal } from '../../auth/principal/principal.js';
import { isPersonalToken } from '../../auth/credentials/token-format.js';
import { PersonalTokenVerifier } from './personal-token-verifier.js';
import { PERSONAL_TOKEN_ID_PREFIX } from './personal-token.entity.js';

/** Accepts personal API access tokens in `Authorization: Bearer`. */
@Injectable()
export class PersonalTokenStrategy
  extends PassportStrategy(Strategy, 'personal-token')
  implements CredentialStrategy
{
  override readonly name = 'personal-token';
  readonly callers = ['user'] as const;
  readonly kept = {
    [PERSONAL_TOKEN_ID_PREFIX]: {
      table: 'personal_tokens',
      endedAt: 'revoked_at',
      remembersUse: true,
      keepsMaker: true,
      isBound: true,
    },
  };

  constructor(private readonly verifier: PersonalTokenVerifier) {
    super({ passReqToCallback: true });
  }

  /** Passport calls it with the token in the header. */
  async validate({ ip }: CredentialRequest, raw: string): Promise<UserPrincipal | false> {
    return isPersonalToken(raw) && this.verifier.verify(raw, ip);
  }
}
