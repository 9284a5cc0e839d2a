import { Inject, Module } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { Strategy } from 'passport';
import { Background } from '../platform/background/background.js';
import { daysAgo, sweep } from '../platform/background/sweep.js';
import type { Config } from '../platform/config/config.js';
import { CONFIG } from '../platform/config/config.module.js';
import { AuditLog } from './audit/audit-log.js';
import { AuditPoints } from './audit/audit-points.js';
import { AuditReader } from './audit/audit-reader.js';
import { AuditRetention } from './audit/audit-retention.js';
import { AuditSeals } from './audit/audit-seals.js';
import { AuditVerifier } from './audit/audit-verifier.js';
import { AccessEpoch } from './auth/access-epoch.js';
import { AccessGuard } from './auth/access.guard.js';
import { AuthController } from './auth/auth.controller.js';
import { Authenticator, CREDENTIAL_STRATEGIES } from './auth/authenticator.js';
import { BearerStrategy } from './auth/bearer.strategy.js';
import { TokenVerifier } from './auth/token-verifier.js';
import { CompaniesService } from './companies/companies.service.js';
import { Idempotency } from './idempotency/idempotency.js';
import { IdempotencyClaims } from './idempotency/idempotency-claims.js';
import { IntegrationsService } from './integrations/integrations.service.js';
import { FailureThrottle } from './rate-limits/failure-throttle.js';
import { RateLimiter } from './rate-limits/rate-limiter.js';
import { SetupService } from './setup.service.js';
import { RevocationHooks } from './tokens/revocation-hooks.js';
import { LastUse } from './tokens/last-use.js';
import { TokensService } from './tokens/tokens.service.js';

/** Who may call. Another kind of credential is a strategy of its own, listed under CREDENTIAL_STRATEGIES. */
@Module({
  controllers: [AuthController],
  providers: [
    AccessEpoch,
    AccessGuard,
    AuditLog,
    AuditPoints,
    AuditReader,
    AuditRetention,
    AuditSeals,
    AuditVerifier,
    Authenticator,
    BearerStrategy,
    CompaniesService,
    FailureThrottle,
    Idempotency,
    IdempotencyClaims,
    IntegrationsService,
    LastUse,
    RateLimiter,
    RevocationHooks,
    SetupService,
    TokenVerifier,
    TokensService,
    {
      provide: CREDENTIAL_STRATEGIES,
      inject: [BearerStrategy],
      useFactory: (...strategies: Strategy[]) => strategies,
    },
    { provide: APP_GUARD, useExisting: AccessGuard },
  ],
  exports: [
    AuditLog,
    AuditReader,
    AuditVerifier,
    CompaniesService,
    Idempotency,
    IntegrationsService,
    RevocationHooks,
    SetupService,
    TokensService,
  ],
})
export class AccessModule {
  constructor(
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
    @Inject(AccessGuard) guard: AccessGuard,
    @Inject(Background) background: Background,
    @Inject(IdempotencyClaims) claims: IdempotencyClaims,
    @Inject(AuditRetention) audit: AuditRetention,
    @Inject(CONFIG) { AUDIT_KEPT_DAYS }: Config,
  ) {
    background.add(sweep('idempotency keys', () => claims.sweep()));
    background.add(sweep('audit log', () => audit.sweep(daysAgo(AUDIT_KEPT_DAYS))));
    const fastify = host.httpAdapter?.getInstance<FastifyInstance | undefined>();
    fastify?.addHook('onRequest', (request, reply) => guard.onRequest(request, reply));
  }
}
