import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { SafeStore } from '../../platform/safe-store/safe-store.js';
import { SECRET_PURPOSE } from './webhooks.service.js';
import type { Webhook } from './webhook.entity.js';
import type { Exchange } from '../transport/exchange.js';
import { signedHeaders } from '../transport/signature.js';
import { WebhookClient } from '../transport/webhook-client.js';

/** A message to send. */
export interface Message {
  eventId: string;
  event: string;
  body: string;
}

/** An endpoint with its decrypted secrets: the current one, and during a rotation the previous one. */
export interface OpenedWebhook {
  webhook: Webhook;
  secrets: readonly [current: string, previous?: string];
}

/** Signs messages and sends them. */
@Injectable()
export class WebhookSender {
  constructor(
    private readonly database: Database,
    private readonly safe: SafeStore,
    private readonly client: WebhookClient,
  ) {}

  async open(webhook: Webhook): Promise<OpenedWebhook> {
    const { companyId, secret, previousSecret, previousSecretUntil } = webhook;
    const opened = (sealed: string): Promise<string> =>
      this.safe.open(this.database, companyId, SECRET_PURPOSE, sealed);
    const isGrace =
      previousSecret !== null && previousSecretUntil !== null && previousSecretUntil > new Date();
    const current = await opened(secret);
    return { webhook, secrets: isGrace ? [current, await opened(previousSecret)] : [current] };
  }

  /** Never rejects: the result contains the error. */
  send({ webhook, secrets }: OpenedWebhook, message: Message, sentAt: Date): Promise<Exchange> {
    const { id, url, integrationId } = webhook;
    const headers = signedHeaders({ ...message, endpointId: id, sentAt, secrets });
    return this.client.send({ integrationId, endpointId: id, url, headers, body: message.body });
  }
}
