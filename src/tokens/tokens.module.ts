import { Module, type OnModuleInit } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { CredentialStrategies } from '../auth/credentials/credential-strategies.js';
import { LeakRevokers } from '../auth/credentials/leak-revoker.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { IntegrationHooks } from '../integrations/integration-hooks.js';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { ACCOUNT_SURFACE } from '../integrations/member-surfaces.js';
import { AccountTokensController } from './account-tokens.controller.js';
import { CurrentTokenController } from './current-token.controller.js';
import { IssuedTokenResponse } from './dto/issued-token.dto.js';
import { IntegrationTokenStrategy } from './integration-token.strategy.js';
import { TokenRevocation } from './token-revocation.js';
import { TokenVerifier } from './token-verifier.js';
import { createTokensController } from './tokens.controller.js';
import { TokensService } from './tokens.service.js';

/** Integration tokens: issue, check, rotate and revoke. */
@Module({
  imports: [AuditModule, AuthModule, IdempotencyModule, IntegrationsModule],
  controllers: [
    CurrentTokenController,
    createTokensController(ACCOUNT_SURFACE, IssuedTokenResponse),
    AccountTokensController,
  ],
  providers: [IntegrationTokenStrategy, TokenRevocation, TokenVerifier, TokensService],
  exports: [TokenRevocation, TokensService],
})
export class TokensModule implements OnModuleInit {
  constructor(
    private readonly strategies: CredentialStrategies,
    private readonly strategy: IntegrationTokenStrategy,
    private readonly leaks: LeakRevokers,
    private readonly integrations: IntegrationHooks,
    private readonly revocation: TokenRevocation,
  ) {}

  onModuleInit(): void {
    this.strategies.add(this.strategy);
    this.leaks.add(this.revocation);
    this.leaks.onLeaked((...leak) => this.revocation.endRotated(...leak));
    this.integrations.onRemoved((tx, integrationId, by) => this.revocation.revokeOf(tx, integrationId, by));
  }
}
