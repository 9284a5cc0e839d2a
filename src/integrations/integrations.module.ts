import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { IntegrationHooks } from './integration-hooks.js';
import { AccountIntegrationsController } from './account-integrations.controller.js';
import { createIntegrationsController } from './integrations.controller.js';
import { ACCOUNT_SURFACE } from './member-surfaces.js';
import { IntegrationsService } from './integrations.service.js';

/** The connected systems of companies. Machine credentials belong to them. */
@Module({
  imports: [AuditModule, AuthModule, IdempotencyModule],
  controllers: [createIntegrationsController(ACCOUNT_SURFACE), AccountIntegrationsController],
  providers: [IntegrationHooks, IntegrationsService],
  exports: [IntegrationHooks, IntegrationsService],
})
export class IntegrationsModule {}
