import { OwnedCredentialKinds } from '../auth/credentials/owned-credentials.js';
import { Verification } from './invitations/verification.js';
import { Module, type OnModuleInit } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { CredentialStrategies } from '../auth/credentials/credential-strategies.js';
import { LeakRevokers } from '../auth/credentials/leak-revoker.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { Background } from '../platform/background/background.js';
import { sweep } from '../platform/background/sweep.js';
import { MailModule } from '../platform/mail/mail.module.js';
import { CompaniesService } from './companies/companies.service.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { InvitationAcceptanceController } from './invitations/invitation-acceptance.controller.js';
import { InvitationAcceptance } from './invitations/invitation-acceptance.js';
import { JwksController } from './jwt/jwks.controller.js';
import { Jwts } from './jwt/jwt.js';
import { JwtKeys } from './jwt/jwt-keys.js';
import { MembersService } from './members/members.service.js';
import { Passwords } from './passwords/passwords.js';
import { PrivateTokensController } from './private-tokens/private-tokens.controller.js';
import { PrivateTokensService } from './private-tokens/private-tokens.service.js';
import { JwtStrategy } from './sessions/jwt.strategy.js';
import { PasswordChangeService } from './sessions/password-change.service.js';
import { IdleSessions } from './sessions/idle-sessions.js';
import { RefreshTokens } from './sessions/refresh-tokens.js';
import { SessionEnding } from './sessions/session-ending.js';
import { SessionSweep } from './sessions/session-sweep.js';
import { SessionVerifier } from './sessions/session-verifier.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsService } from './sessions/sessions.service.js';
import { KnownAddresses } from './sign-in/known-addresses.js';
import { PasswordAuthenticator } from './sign-in/password-authenticator.js';
import { SignInFailures } from './sign-in/sign-in-failures.js';
import { SignInThrottle } from './sign-in/sign-in-throttle.js';
import { People } from './users/people.js';
import { UsersService } from './users/users.service.js';

/** People: companies, accounts, memberships, invitations, sessions and private tokens. */
@Module({
  imports: [AuditModule, AuthModule, IdempotencyModule, MailModule],
  controllers: [InvitationAcceptanceController, JwksController, PrivateTokensController, SessionsController],
  providers: [
    CompaniesService,
    IdleSessions,
    InvitationsService,
    InvitationAcceptance,
    JwtKeys,
    JwtStrategy,
    Jwts,
    KnownAddresses,
    MembersService,
    PasswordChangeService,
    Passwords,
    People,
    PrivateTokensService,
    RefreshTokens,
    SessionEnding,
    SessionSweep,
    SessionVerifier,
    SessionsService,
    PasswordAuthenticator,
    SignInFailures,
    SignInThrottle,
    UsersService,
    Verification,
  ],
  exports: [
    CompaniesService,
    InvitationsService,
    Jwts,
    MembersService,
    People,
    SessionsService,
    PasswordAuthenticator,
    UsersService,
    Verification,
  ],
})
export class IdentityModule implements OnModuleInit {
  constructor(
    private readonly background: Background,
    private readonly strategies: CredentialStrategies,
    private readonly jwtStrategy: JwtStrategy,
    private readonly leaks: LeakRevokers,
    private readonly privateTokens: PrivateTokensService,
    private readonly sessions: SessionsService,
    private readonly invitations: InvitationsService,
    private readonly sessionSweep: SessionSweep,
    private readonly idleSessions: IdleSessions,
    private readonly knownAddresses: KnownAddresses,
    private readonly owned: OwnedCredentialKinds,
  ) {}

  onModuleInit(): void {
    this.strategies.add(this.jwtStrategy);
    this.leaks.add(this.privateTokens);
    this.owned.add(this.privateTokens);
    this.leaks.add(this.sessions);
    this.leaks.add(this.invitations);
    this.leaks.onLeaked((...leak) => this.invitations.withdrawLeaked(...leak));
    this.background.add(sweep('sessions', () => this.sessionSweep.step()));
    this.background.add(sweep('idle sessions', () => this.idleSessions.step()));
    this.background.add(sweep('known addresses', () => this.knownAddresses.sweep()));
  }
}
