import type { Provider, Type } from '@nestjs/common';
import { MAILER } from '../platform/mail/mailer.js';
import { OutboxMailer } from '../platform/mail/outbox-mailer.js';
import { SignInThrottle } from './sign-in/sign-in-throttle.js';
import { JwksController } from './jwt/jwks.controller.js';
import { Jwts } from './jwt/jwt.js';
import { JwtKeys } from './jwt/jwt-keys.js';
import { PasswordChangeService } from './sessions/password-change.service.js';
import { PrivateTokensController } from './private-tokens/private-tokens.controller.js';
import { PrivateTokensService } from './private-tokens/private-tokens.service.js';
import { SessionSweep } from './sessions/session-sweep.js';
import { SessionVerifier } from './sessions/session-verifier.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsService } from './sessions/sessions.service.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { JoiningController } from './invitations/joining.controller.js';
import { JoiningService } from './invitations/joining.service.js';
import { MembersService } from './members/members.service.js';
import { Passwords } from './passwords/passwords.js';
import { SignInFailures } from './sign-in/sign-in-failures.js';
import { SignInCheck } from './sign-in/sign-in-check.js';
import { UsersService } from './users/users.service.js';

/** What of people other modules may use. */
export const PEOPLE_EXPORTS: Type[] = [
  InvitationsService,
  MembersService,
  SessionsService,
  SignInCheck,
  UsersService,
];

/** The people's part of the access module: accounts, memberships, sessions, private tokens. */
export const PEOPLE_PROVIDERS: Provider[] = [
  ...PEOPLE_EXPORTS,
  JoiningService,
  JwtKeys,
  Jwts,
  PasswordChangeService,
  Passwords,
  PrivateTokensService,
  SessionSweep,
  SessionVerifier,
  SignInFailures,
  SignInThrottle,
  { provide: MAILER, useClass: OutboxMailer },
];

export const PEOPLE_CONTROLLERS: Type[] = [
  JoiningController,
  JwksController,
  PrivateTokensController,
  SessionsController,
];
