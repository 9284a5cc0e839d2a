import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-http-bearer';
import { isIntegrationToken } from '../auth/credentials/token-format.js';
import type { CredentialRequest, CredentialStrategy } from '../auth/credentials/credential-strategies.js';
import type { IntegrationPrincipal } from '../auth/principal/principal.js';
import { TokenVerifier } from './token-verifier.js';
import { TOKEN_ID_PREFIX } from './token.entity.js';

/** Accepts integration tokens in `Authorization: Bearer`. */
@Injectable()
export class IntegrationTokenStrategy
  extends PassportStrategy(Strategy, 'integration-token')
  implements CredentialStrategy
{
  override readonly name = 'integration-token';
  readonly callers = ['integration'] as const;
  readonly kept = {
    [TOKEN_ID_PREFIX]: {
      table: 'tokens',
      endedAt: 'revoked_at',
      remembersUse: true,
      keepsMaker: true,
      isBound: false,
    },
  };

  constructor(private readonly verifier: TokenVerifier) {
    super({ passReqToCallback: true });
  }

  /** Passport calls it with the token in the header. */
  async validate({ ip }: CredentialRequest, raw: string): Promise<IntegrationPrincipal | false> {
    return isIntegrationToken(raw) && this.verifier.verify(raw, ip);
  }
}
