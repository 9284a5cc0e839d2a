import { Inject, Injectable } from '@nestjs/common';
import passport, { type Strategy } from 'passport';
import { AuthErrors, unauthorized } from '../principal/auth.errors.js';
import type { KeptIn } from './credential-rows.js';
import type { Principal } from '../principal/principal.js';
import type { ClosedAccess } from '../principal/route-access.js';

type Caller = ClosedAccess['caller'];

/**
 * A passport strategy for one kind of credential. It fails, so that the next one is asked, where the credential is
 * not of its kind, and throws the error to be answered where it is and does not hold.
 */
export interface CredentialStrategy extends Strategy {
  name: string;
  /** Whom the credential may stand for. */
  readonly callers: readonly Caller[];
  /** Where its credentials are kept, by the prefix of their ids. */
  readonly kept: Readonly<Record<string, KeptIn>>;
}

/** Injection token of the strategies, one per kind of credential, in the order they are asked. */
export const CREDENTIAL_STRATEGIES = Symbol('CREDENTIAL_STRATEGIES');

/**
 * All that strategies see of a request. The bearer library would also take a token from the query string or the
 * body, where it would end in logs; it is not given them.
 */
export interface CredentialRequest {
  headers: { authorization?: string };
  ip: string;
}

type Middleware = (request: CredentialRequest, response: object, next: (error?: unknown) => void) => void;
type Done = (error: unknown, principal?: Principal | false | null) => void;

/** Finds the credential in the headers and asks the strategies whose it is. */
@Injectable()
export class Authenticator {
  private readonly passport = new passport.Passport();

  /** Names of the strategies that are asked, by whom a route is for. */
  private readonly asked: Record<Caller, string[]>;

  constructor(@Inject(CREDENTIAL_STRATEGIES) strategies: CredentialStrategy[]) {
    for (const strategy of strategies) this.passport.use(strategy);
    const namesFor = (caller: Caller): string[] =>
      strategies.filter(({ callers }) => callers.includes(caller)).map(({ name }) => name);
    this.asked = {
      integration: namesFor('integration'),
      account: namesFor('account'),
      user: namesFor('user'),
    };
  }

  /**
   * @param caller who the route is for; credentials of others are none here.
   * @throws AUTHENTICATION_REQUIRED, INVALID_TOKEN_FORMAT, or what the strategy found wrong.
   */
  authenticate(request: CredentialRequest, caller: Caller): Promise<Principal> {
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
      middleware({ headers: { authorization: request.headers.authorization }, ip: request.ip }, {}, reject);
    });
  }
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
