import { Inject, Injectable } from '@nestjs/common';
import passport, { type Strategy } from 'passport';
import { AuthErrors, unauthorized } from './auth.errors.js';
import type { Principal } from './principal.js';

/** Injection token of the passport strategies, one per kind of credential, in the order they are asked. */
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
  private readonly names: string[];

  constructor(@Inject(CREDENTIAL_STRATEGIES) strategies: Strategy[]) {
    for (const strategy of strategies) this.passport.use(strategy);
    this.names = strategies.map((strategy) => strategy.name as string);
  }

  /** @throws AUTHENTICATION_REQUIRED, INVALID_TOKEN_FORMAT, or what the strategy found wrong. */
  authenticate(request: CredentialRequest): Promise<Principal> {
    return new Promise((resolve, reject) => {
      const done: Done = (error, principal) => {
        if (error instanceof Error) reject(error);
        else if (principal) resolve(principal);
        else reject(unauthorized(noCredential(request)));
      };
      const middleware = this.passport.authenticate(
        this.names,
        { session: false },
        done as never,
      ) as Middleware;
      middleware({ headers: { authorization: request.headers.authorization }, ip: request.ip }, {}, reject);
    });
  }
}

function noCredential(request: CredentialRequest): typeof AuthErrors.authenticationRequired {
  return request.headers.authorization ? AuthErrors.invalidTokenFormat : AuthErrors.authenticationRequired;
}
