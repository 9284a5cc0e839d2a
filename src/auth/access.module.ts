import { Inject, Module } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Background } from '../platform/background/background.js';
import { sweep } from '../platform/background/sweep.js';
import { AuditModule } from '../audit/audit.module.js';
import { AccessEpoch } from './credentials/access-epoch.js';
import { AccessGuard } from './guard/access.guard.js';
import { AuthController } from '../tokens/current-token.controller.js';
import {
  Authenticator,
  CREDENTIAL_STRATEGIES,
  type CredentialStrategy,
} from './credentials/authenticator.js';
import { CredentialLookups } from './credentials/credential-lookup.js';
import { CredentialRows } from './credentials/credential-rows.js';
import type { Principal } from './principal/principal.js';
import { CompaniesService } from '../identity/companies/companies.service.js';
import { Idempotency } from '../idempotency/idempotency.js';
import { IdempotencyClaims } from '../idempotency/idempotency-claims.js';
import { AccountIntegrationsController } from '../integrations/account-integrations.controller.js';
import { createIntegrationsController } from '../integrations/integrations.controller.js';
import { ACCOUNT_SURFACE } from '../integrations/member-surfaces.js';
import { IntegrationsService } from '../integrations/integrations.service.js';
import { LEAK_REVOKERS, type LeakRevoker } from './credentials/leak-revoker.js';
import { LeakReportLimit } from '../credentials/leaks/leak-report-limit.js';
import { LeaksService } from '../credentials/leaks/leaks.service.js';
import { PersonalTokenStrategy } from '../credentials/personal-tokens/personal-token.strategy.js';
import { PersonalTokenVerifier } from '../credentials/personal-tokens/personal-token-verifier.js';
import { PersonalTokensService } from '../credentials/personal-tokens/personal-tokens.service.js';
import { FailureThrottle } from './rate-limits/failure-throttle.js';
import { RateLimiter } from './rate-limits/rate-limiter.js';
import { PEOPLE_CONTROLLERS, PEOPLE_EXPORTS, PEOPLE_PROVIDERS } from '../identity/people.providers.js';
import { JwtStrategy } from '../identity/sessions/jwt.strategy.js';
import { PrivateTokensService } from '../identity/private-tokens/private-tokens.service.js';
import { SessionsService } from '../identity/sessions/sessions.service.js';
import { SessionSweep } from '../identity/sessions/session-sweep.js';
import { SetupService } from '../management/setup/setup.service.js';
import { BulkRevocation } from '../credentials/bulk-revocation/bulk-revocation.js';
import { RevocationHooks } from './credentials/revocation-hooks.js';
import { LastUse } from './credentials/last-use.js';
import { IntegrationTokenStrategy } from '../tokens/integration-token.strategy.js';
import { TokenVerifier } from '../tokens/token-verifier.js';
import { AccountTokensController } from '../tokens/account-tokens.controller.js';
import { IssuedTokenAnswer } from '../tokens/dto/issued-token.dto.js';
import { createTokensController } from '../tokens/tokens.controller.js';
import { TokensService } from '../tokens/tokens.service.js';
import { type UsedCredential, Usage } from '../credentials/usage/usage.js';
import { People } from '../identity/users/people.js';

/** Who may call. Another kind of credential is a strategy of its own, listed under CREDENTIAL_STRATEGIES. */
@Module({
  imports: [AuditModule],
  controllers: [
    AuthController,
    createIntegrationsController(ACCOUNT_SURFACE),
    AccountIntegrationsController,
    createTokensController(ACCOUNT_SURFACE, IssuedTokenAnswer),
    AccountTokensController,
    ...PEOPLE_CONTROLLERS,
  ],
  providers: [
    AccessEpoch,
    AccessGuard,
    Authenticator,
    BulkRevocation,
    CompaniesService,
    CredentialLookups,
    CredentialRows,
    FailureThrottle,
    Idempotency,
    IdempotencyClaims,
    IntegrationTokenStrategy,
    IntegrationsService,
    LastUse,
    LeakReportLimit,
    LeaksService,
    JwtStrategy,
    People,
    PersonalTokenStrategy,
    PersonalTokenVerifier,
    PersonalTokensService,
    RateLimiter,
    RevocationHooks,
    SetupService,
    TokenVerifier,
    TokensService,
    Usage,
    ...PEOPLE_PROVIDERS,
    {
      provide: CREDENTIAL_STRATEGIES,
      inject: [IntegrationTokenStrategy, PersonalTokenStrategy, JwtStrategy],
      useFactory: (...strategies: CredentialStrategy[]) => strategies,
    },
    {
      provide: LEAK_REVOKERS,
      inject: [TokensService, PersonalTokensService, PrivateTokensService, SessionsService],
      useFactory: (...revokers: LeakRevoker[]) => revokers,
    },
    { provide: APP_GUARD, useExisting: AccessGuard },
  ],
  exports: [
    AuditModule,
    BulkRevocation,
    CompaniesService,
    CredentialRows,
    Idempotency,
    IntegrationsService,
    LeakReportLimit,
    LeaksService,
    PersonalTokensService,
    RevocationHooks,
    SetupService,
    TokensService,
    Usage,
    ...PEOPLE_EXPORTS,
  ],
})
export class AccessModule {
  constructor(
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
    @Inject(AccessGuard) guard: AccessGuard,
    @Inject(Background) background: Background,
    @Inject(IdempotencyClaims) claims: IdempotencyClaims,
    @Inject(LeaksService) leaks: LeaksService,
    @Inject(SessionSweep) sessions: SessionSweep,
    @Inject(Usage) usage: Usage,
  ) {
    background.add(sweep('idempotency keys', () => claims.sweep()));
    background.add(sweep('sessions', () => sessions.step()));
    background.add(leaks);
    const fastify = host.httpAdapter?.getInstance<FastifyInstance | undefined>();
    fastify?.addHook('onRequest', (request, reply) => guard.onRequest(request, reply));
    fastify?.addHook('onResponse', ({ principal }, reply, done) => {
      if (principal) usage.note(usedBy(principal), reply.statusCode);
      done();
    });
  }
}

/** A person's request counts for the company that it was about, or else for their own. */
function usedBy(principal: Principal): UsedCredential {
  const companyId = 'company' in principal ? principal.company.id : principal.companyId;
  return { companyId, credentialId: principal.credential.id };
}
