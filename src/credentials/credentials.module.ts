import { OwnedCredentialKinds } from '../auth/credentials/owned-credentials.js';
import { Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { CredentialStrategies } from '../auth/credentials/credential-strategies.js';
import { LeakRevokers } from '../auth/credentials/leak-revoker.js';
import { IdentityModule } from '../identity/identity.module.js';
import { Background } from '../platform/background/background.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { BulkRevocation } from './bulk-revocation/bulk-revocation.js';
import { LeakReportLimit } from './leaks/leak-report-limit.js';
import { LeakTrace } from './leaks/leak-trace.js';
import { LeaksService } from './leaks/leaks.service.js';
import { PersonalTokenStrategy } from './personal-tokens/personal-token.strategy.js';
import { PersonalTokenVerifier } from './personal-tokens/personal-token-verifier.js';
import { PersonalTokensService } from './personal-tokens/personal-tokens.service.js';
import { countRequests } from './usage/count-requests.js';
import { Usage } from './usage/usage.js';

/** Services for credentials of all kinds (leak reports, bulk revocation, usage), and the personal tokens. */
@Module({
  imports: [AuditModule, AuthModule, IdentityModule, TokensModule],
  providers: [
    BulkRevocation,
    LeakReportLimit,
    LeakTrace,
    LeaksService,
    PersonalTokenStrategy,
    PersonalTokenVerifier,
    PersonalTokensService,
    Usage,
  ],
  exports: [BulkRevocation, LeakReportLimit, LeaksService, PersonalTokensService, Usage],
})
export class CredentialsModule implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly background: Background,
    private readonly strategies: CredentialStrategies,
    private readonly personalTokenStrategy: PersonalTokenStrategy,
    private readonly leakRevokers: LeakRevokers,
    private readonly personalTokens: PersonalTokensService,
    private readonly leaks: LeaksService,
    private readonly leakTrace: LeakTrace,
    private readonly usage: Usage,
    private readonly owned: OwnedCredentialKinds,
  ) {}

  onModuleInit(): void {
    this.strategies.add(this.personalTokenStrategy);
    this.leakRevokers.add(this.personalTokens);
    this.owned.add(this.personalTokens);
    this.background.add(this.leaks);
    this.background.add(this.leakTrace);
    countRequests(this.host.httpAdapter?.getInstance<FastifyInstance | undefined>(), this.usage);
  }
}
