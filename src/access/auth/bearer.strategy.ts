import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-http-bearer';
import type { CredentialRequest } from './authenticator.js';
import type { Principal } from './principal.js';
import { TokenVerifier } from './token-verifier.js';

/** Integration tokens in `Authorization: Bearer`. */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, 'bearer') {
  constructor(@Inject(TokenVerifier) private readonly verifier: TokenVerifier) {
    super({ passReqToCallback: true });
  }

  /** Called by the strategy with the token it read; throws the error to be answered. */
  validate(request: CredentialRequest, raw: string): Promise<Principal> {
    return this.verifier.verify(raw, request.ip);
  }
}
