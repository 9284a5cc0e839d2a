import { Module, type OnModuleInit } from '@nestjs/common';
import { Background } from '../../platform/background/background.js';
import { WebhookDeliveriesModule } from '../deliveries/deliveries.module.js';
import { WebhookEndpointsModule } from '../endpoints/endpoints.module.js';
import { WebhookTransportModule } from '../transport/transport.module.js';
import { Dispatcher } from './dispatcher.js';
import { FanOut } from './fan-out.js';

/** The background job that turns committed events into deliveries and sends them. */
@Module({
  imports: [WebhookDeliveriesModule, WebhookEndpointsModule, WebhookTransportModule],
  providers: [Dispatcher, FanOut],
})
export class WebhookDispatcherModule implements OnModuleInit {
  constructor(
    private readonly background: Background,
    private readonly dispatcher: Dispatcher,
  ) {}

  onModuleInit(): void {
    this.background.add(this.dispatcher);
  }
}
