import { Module, type OnModuleInit } from '@nestjs/common';
import { AuditModule } from '../../audit/audit.module.js';
import { AuthModule } from '../../auth/auth.module.js';
import { IdempotencyModule } from '../../idempotency/idempotency.module.js';
import { IntegrationsModule } from '../../integrations/integrations.module.js';
import { LeakRevokers } from '../../auth/credentials/leak-revoker.js';
import { RevocationHooks } from '../../auth/credentials/revocation-hooks.js';
import { MEMBER_AUDIENCE, TOKEN_AUDIENCE } from '../../integrations/audiences.js';
import { WebhookTransportModule } from '../transport/transport.module.js';
import { dependentsOf } from './dependent-webhooks.js';
import { Pinger } from './pinger.js';
import { WebhookSender } from './webhook-sender.js';
import { createWebhooksController } from './webhooks.controller.js';
import { WebhookRevocation } from './webhook-revocation.js';
import { WebhooksService } from './webhooks.service.js';

/** The webhooks of integrations, and the sender of messages to them. */
@Module({
  imports: [AuditModule, AuthModule, IdempotencyModule, IntegrationsModule, WebhookTransportModule],
  controllers: [
    createWebhooksController(TOKEN_AUDIENCE, 'webhook-events'),
    createWebhooksController(MEMBER_AUDIENCE, 'webhooks'),
  ],
  providers: [Pinger, WebhookRevocation, WebhookSender, WebhooksService],
  exports: [WebhookSender, WebhooksService],
})
export class WebhookEndpointsModule implements OnModuleInit {
  constructor(
    private readonly revocations: RevocationHooks,
    private readonly leaks: LeakRevokers,
    private readonly webhooks: WebhookRevocation,
  ) {}

  /**
   * Connects webhooks to revocations and leaks.
   * A revocation lists the webhooks that the credential created, and disables them on request. A leak also
   * disables webhooks whose URL or secret the credential set, and webhooks whose own secret leaked.
   */
  onModuleInit(): void {
    this.revocations.onRevoked(async (tx, credentialIds, { disableWebhooks }) =>
      dependentsOf(await this.webhooks.ofCredentials(tx, credentialIds, disableWebhooks)),
    );
    this.leaks.add(this.webhooks);
    this.leaks.onLeaked((...leak) => this.webhooks.disableLeaked(...leak));
  }
}
