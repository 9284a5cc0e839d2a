import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { SetupService } from './setup/setup.service.js';
import { AuditController } from './audit/audit.controller.js';
import { createIntegrationsController } from '../integrations/integrations.controller.js';
import { MANAGEMENT_SURFACE } from '../integrations/member-surfaces.js';
import { createTokensController } from '../tokens/tokens.controller.js';
import { IntegrationActivationController } from './integrations/integration-activation.controller.js';
import { LeaksController } from './leaks/leaks.controller.js';
import { ManagedPersonalTokensController } from './personal-tokens/managed-personal-tokens.controller.js';
import { ProbesController } from './probes/probes.controller.js';
import { ProjectsController } from './projects/projects.controller.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { ManagedUsersController } from './users/managed-users.controller.js';
import { ManagedInvitationsController } from './users/managed-invitations.controller.js';
import { UsageController } from './usage/usage.controller.js';
import { BulkRevocationController } from './tokens/bulk-revocation.controller.js';
import { NewTokenResponse } from './tokens/dto/new-token.dto.js';

/** The operators' API under `/apiops`. */
@Module({
  imports: [
    AuditModule,
    AuthModule,
    CredentialsModule,
    IdempotencyModule,
    IdentityModule,
    IntegrationsModule,
    TokensModule,
  ],
  controllers: [
    AuditController,
    BulkRevocationController,
    LeaksController,
    createIntegrationsController(MANAGEMENT_SURFACE),
    IntegrationActivationController,
    ManagedPersonalTokensController,
    createTokensController(MANAGEMENT_SURFACE, NewTokenResponse),
    ManagedInvitationsController,
    ManagedUsersController,
    ProbesController,
    ProjectsController,
    SignInController,
    UsageController,
  ],
  providers: [SetupService],
})
export class ManagementModule {}
