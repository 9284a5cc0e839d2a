import { Module } from '@nestjs/common';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { ExchangeShares } from './exchange-shares.js';
import { NameLookups } from './name-lookups.js';
import { resolverOf, UrlPolicy } from './url-policy.js';
import { WebhookClient } from './webhook-client.js';

/** The policy for webhook targets, and the client that sends to them. */
@Module({
  providers: [
    ExchangeShares,
    {
      provide: UrlPolicy,
      inject: [CONFIG],
      useFactory: ({
        WEBHOOK_ALLOW_PRIVATE_HOSTS: allowPrivateHosts,
        WEBHOOK_DNS_SERVERS: servers,
      }: Config) => new UrlPolicy({ allowPrivateHosts, resolve: resolverOf(new NameLookups({ servers })) }),
    },
    {
      provide: WebhookClient,
      inject: [UrlPolicy],
      useFactory: (policy: UrlPolicy) => new WebhookClient(policy),
    },
  ],
  exports: [ExchangeShares, UrlPolicy, WebhookClient],
})
export class WebhookTransportModule {}
