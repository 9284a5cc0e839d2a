import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import passport from 'passport';
import { AuthErrors, unauthorized } from '../principal/auth.errors.js';
import type { Principal } from '../principal/principal.js';
import { type CallerKind, type CredentialRequest, CredentialStrategies } from './credential-strategies.js';

type Middleware = (request: CredentialRequest, response: object, next: (error?: unknown) => void) => void;
type Done = (error: unknown, principal?: Principal | false | null) => void;

/** Reads the credential from the headers and asks each strategy to identify it. */
@Injectable()
export class Authenticator implements OnApplicationBootstrap {
  private readonly passport = new passport.Passport();
  /** Names of the strategies to ask, by kind of caller. */
  private readonly asked: Record<CallerKind, string[]> = { integration: [], account: [], user: [] };

  constructor(private readonly strategies: CredentialStrategies) {}

  /** At this point every module has registered its strategies. */
  onApplicationBootstrap(): void {
    for (const strategy of this.strategies.all()) {
      this.passport.use(strategy);
      for (const caller of strategy.callers) this.asked[caller].push(strategy.name);
    }
  }

  /**
   * Identifies the caller.
   * @param caller kind of caller that the route is for; credentials of other kinds count as missing
   * @throws AUTHENTICATION_REQUIRED
   * @throws INVALID_TOKEN_FORMAT
   * @throws the error of the strategy
   */
  authenticate(request: CredentialRequest, caller: CallerKind): Promise<Principal> {
    return new Promise((resolve, reject) => {
      const done: Done = (error, principal) => {
        if (error instanceof Error) reject(error);
        else if (principal) resolve(principal);
        else reject(unauthorized(noCredential(request), { credential: CREDENTIAL_OF[caller] }));
      };
      const middleware = this.passport.authenticate(
        this.asked[caller],
        { session: false },
        done as never,
      ) as Middleware;
      const authorization = withOneSpace(request.headers.authorization);
      middleware({ headers: { authorization }, ip: request.ip }, {}, reject);
    });
  }
}

/** RFC 6750, section 2.1, allows several spaces after the scheme. The bearer library accepts only one. */
function withOneSpace(authorization: string | undefined): string | undefined {
  return authorization?.includes('  ') ? authorization.replace(/^(bearer) +/i, '$1 ') : authorization;
}

/** Names the credential that each kind of caller needs, for the error message. */
const CREDENTIAL_OF = {
  integration: 'an integration token (eudr_live_ and 48 lower-case hex digits)',
  account: 'an access token from sign-in',
  user: 'a personal API access token (eudr_pat_ and 48 lower-case hex digits) or an access token from sign-in',
};

function noCredential(request: CredentialRequest): typeof AuthErrors.authenticationRequired {
  return request.headers.authorization ? AuthErrors.invalidTokenFormat : AuthErrors.authenticationRequired;
}
