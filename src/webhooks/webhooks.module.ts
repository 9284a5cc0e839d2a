import { Inject, Module } from '@nestjs/common';
import { type DependentWebhook, RevocationHooks } from '../auth/credentials/revocation-hooks.js';
import { groupBy } from '../platform/group-by.js';
import { Background } from '../platform/background/background.js';
import { daysAgo, sweep } from '../platform/background/sweep.js';
import type { Config } from '../platform/config/config.js';
import { CONFIG } from '../platform/config/config.module.js';
import { SyncModule } from '../records/engine/engine.module.js';
import { PEOPLE_DOOR, TOKEN_DOOR } from '../integrations/doors.js';
import { deliveriesController } from './deliveries/deliveries.controller.js';
import { DeliveryLog } from './deliveries/delivery-log.js';
import { DeliveryQueue } from './deliveries/delivery-queue.js';
import { DeliveryResults } from './deliveries/delivery-results.js';
import { Pinger } from './endpoints/pinger.js';
import { Replay } from './deliveries/replay.js';
import { WebhookRetention } from './deliveries/retention.js';
import { WebhookSender } from './endpoints/webhook-sender.js';
import { Dispatcher } from './dispatcher/dispatcher.js';
import { FanOut } from './dispatcher/fan-out.js';
import type { Webhook } from './endpoints/webhook.entity.js';
import { webhooksController } from './endpoints/webhooks.controller.js';
import { WebhooksService } from './endpoints/webhooks.service.js';
import { UrlPolicy } from './transport/url-policy.js';
import { WebhookClient } from './transport/webhook-client.js';

/** Tells integrations of events: endpoints, deliveries, and the dispatcher that sends them. */
@Module({
  imports: [SyncModule],
  controllers: [
    webhooksController(TOKEN_DOOR, 'webhook-events'),
    deliveriesController(TOKEN_DOOR, 'webhook-events'),
    webhooksController(PEOPLE_DOOR, 'webhooks'),
    deliveriesController(PEOPLE_DOOR, 'webhooks'),
  ],
  providers: [
    DeliveryLog,
    DeliveryQueue,
    DeliveryResults,
    Dispatcher,
    FanOut,
    Pinger,
    Replay,
    WebhookRetention,
    WebhookSender,
    WebhooksService,
    {
      provide: UrlPolicy,
      inject: [CONFIG],
      useFactory: ({ WEBHOOK_ALLOW_PRIVATE_HOSTS: allowPrivateHosts }: Config) =>
        new UrlPolicy({ allowPrivateHosts }),
    },
    {
      provide: WebhookClient,
      inject: [UrlPolicy],
      useFactory: (policy: UrlPolicy) => new WebhookClient(policy),
    },
  ],
})
export class WebhooksModule {
  constructor(
    @Inject(Background) background: Background,
    @Inject(Dispatcher) dispatcher: Dispatcher,
    @Inject(WebhookRetention) retention: WebhookRetention,
    @Inject(RevocationHooks) revocations: RevocationHooks,
    @Inject(WebhooksService) webhooks: WebhooksService,
    @Inject(CONFIG) { EVENTS_KEPT_DAYS, DELIVERIES_KEPT_DAYS }: Config,
  ) {
    background.add(dispatcher);
    background.add(
      sweep('deliveries', () =>
        retention.sweepDeliveries(daysAgo(Math.min(DELIVERIES_KEPT_DAYS, EVENTS_KEPT_DAYS))),
      ),
    );
    background.add(sweep('events', () => retention.sweepEvents(daysAgo(EVENTS_KEPT_DAYS))));
    revocations.onRevoked(async (tx, credentialIds, { disableWebhooks }) => {
      const made = await webhooks.ofCredentials(tx, credentialIds, disableWebhooks);
      return dependentsOf(made);
    });
  }
}

function dependentsOf(made: Webhook[]): Map<string, DependentWebhook[]> {
  const shown = ({ id, url, active }: Webhook): DependentWebhook => ({ id, url, active: Boolean(active) });
  const byCredential = groupBy(made, ({ credentialId }) => credentialId);
  return new Map([...byCredential].map(([credentialId, hooks]) => [credentialId, hooks.map(shown)]));
}
