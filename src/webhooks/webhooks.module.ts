import { Module } from '@nestjs/common';
import { WebhookDeliveriesModule } from './deliveries/deliveries.module.js';
import { WebhookDispatcherModule } from './dispatcher/dispatcher.module.js';
import { WebhookEndpointsModule } from './endpoints/endpoints.module.js';

/** Sends the events of integrations to their webhooks. */
@Module({ imports: [WebhookEndpointsModule, WebhookDeliveriesModule, WebhookDispatcherModule] })
export class WebhooksModule {}
