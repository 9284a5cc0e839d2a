import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { IdempotencyModule } from '../../idempotency/idempotency.module.js';
import { IntegrationsModule } from '../../integrations/integrations.module.js';
import { MEMBER_AUDIENCE, TOKEN_AUDIENCE } from '../../integrations/audiences.js';
import { Background } from '../../platform/background/background.js';
import { daysAgo, sweep } from '../../platform/background/sweep.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { SyncLogsModule } from '../../records/sync-logs/sync-logs.module.js';
import { WebhookEndpointsModule } from '../endpoints/endpoints.module.js';
import { createDeliveriesController } from './deliveries.controller.js';
import { DeliveryLog } from './delivery-log.js';
import { DeliveryQueue } from './delivery-queue.js';
import { DeliveryResults } from './delivery-results.js';
import { Replay } from './replay.js';
import { WebhookRetention } from './retention.js';

/** The queue and the log of deliveries for each endpoint, and the cleanup of both. */
@Module({
  imports: [IdempotencyModule, IntegrationsModule, SyncLogsModule, WebhookEndpointsModule],
  controllers: [
    createDeliveriesController(TOKEN_AUDIENCE, 'webhook-events'),
    createDeliveriesController(MEMBER_AUDIENCE, 'webhooks'),
  ],
  providers: [DeliveryLog, DeliveryQueue, DeliveryResults, Replay, WebhookRetention],
  exports: [DeliveryQueue, DeliveryResults],
})
export class WebhookDeliveriesModule implements OnModuleInit {
  constructor(
    private readonly background: Background,
    private readonly retention: WebhookRetention,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** A delivery needs its event, so it is kept no longer than the event. */
  onModuleInit(): void {
    const { DELIVERIES_KEPT_DAYS, EVENTS_KEPT_DAYS } = this.config;
    const deliveriesKeptDays = Math.min(DELIVERIES_KEPT_DAYS, EVENTS_KEPT_DAYS);
    this.background.add(
      sweep('deliveries', () => this.retention.sweepDeliveries(daysAgo(deliveriesKeptDays))),
    );
    this.background.add(sweep('events', () => this.retention.sweepEvents(daysAgo(EVENTS_KEPT_DAYS))));
  }
}
