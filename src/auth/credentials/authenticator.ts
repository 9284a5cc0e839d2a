import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import passport from 'passport';
import { AuthErrors, unauthorized } from '../principal/auth.errors.js';
import type { Principal } from '../principal/principal.js';
import { type CallerKind, type CredentialRequest, CredentialStrategies } from './credential-strategies.js';

type Middleware = (request: CredentialRequest, response: object, next: (error?: unknown) => void) => void;
type Done = (error: unknown, principal?: Principal | false | null) => void;

/** Finds the credential in the headers and asks the strategies whose it is. */
@Injectable()
export class Authenticator implements OnApplicationBootstrap {
  private readonly passport = new passport.Passport();
  /** Names of the strategies that are asked, by whom a route is for. */
  private readonly asked: Record<CallerKind, string[]> = { integration: [], account: [], user: [] };

  constructor(private readonly strategies: CredentialStrategies) {}

  /** By now every module has registered its strategies. */
  onApplicationBootstrap(): void {
    for (const strategy of this.strategies.all()) {
      this.passport.use(strategy);
      for (const caller of strategy.callers) this.asked[caller].push(strategy.name);
    }
  }

  /**
   * @param caller who the route is for; credentials of others are none here.
   * @throws AUTHENTICATION_REQUIRED, INVALID_TOKEN_FORMAT, or what the strategy found wrong.
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

/** One or more spaces may follow the scheme (RFC 6750, section 2.1); the bearer library takes one only. */
function withOneSpace(authorization: string | undefined): string | undefined {
  return authorization?.includes('  ') ? authorization.replace(/^(bearer) +/i, '$1 ') : authorization;
}

/** How a caller of each kind shows who they are. */
const CREDENTIAL_OF = {
  integration: 'an integration token (eudr_live_ and 48 lower-case hex digits)',
  account: 'an access token from sign-in',
  user: 'a personal API access token (eudr_pat_ and 48 lower-case hex digits) or an access token from sign-in',
};

function noCredential(request: CredentialRequest): typeof AuthErrors.authenticationRequired {
  return request.headers.authorization ? AuthErrors.invalidTokenFormat : AuthErrors.authenticationRequired;
}
