import { Module } from '@nestjs/common';
import { WebhookDeliveriesModule } from './deliveries/deliveries.module.js';
import { WebhookDispatcherModule } from './dispatcher/dispatcher.module.js';
import { WebhookEndpointsModule } from './endpoints/endpoints.module.js';

/** Tells integrations of events. */
@Module({ imports: [WebhookEndpointsModule, WebhookDeliveriesModule, WebhookDispatcherModule] })
export class WebhooksModule {}
