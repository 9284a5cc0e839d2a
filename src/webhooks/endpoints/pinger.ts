import { Injectable } from '@nestjs/common';
import { EVENT_SET_ID_PREFIX } from '../../platform/outbox/event.entity.js';
import { newId } from '../../platform/ids/ids.js';
import { eventIdOf } from '../../platform/outbox/outbox.js';
import type { PingResponse } from './dto/webhook-responses.dto.js';
import type { Webhook } from './webhook.entity.js';
import { PING } from '../events/event-types.js';
import { payloadOf } from '../events/payload.js';
import { ExchangeShares } from '../transport/exchange-shares.js';
import { WebhookSender } from './webhook-sender.js';

/** Sends test events. */
@Injectable()
export class Pinger {
  constructor(
    private readonly sender: WebhookSender,
    private readonly exchanges: ExchangeShares,
  ) {}

  /**
   * Sends a ping now, even to a disabled endpoint. A ping is not a delivery: it is neither logged nor
   * counted.
   */
  async ping(webhook: Webhook): Promise<PingResponse> {
    const sentAt = new Date();
    const body = payloadOf(PING, sentAt.toISOString(), webhook.integrationId, {});
    const message = { eventId: eventIdOf(newId(EVENT_SET_ID_PREFIX), 0), event: PING, body };
    const opened = await this.sender.open(webhook);
    const { statusCode, success, error, durationMs } = await this.exchanges.run(webhook.integrationId, () =>
      this.sender.send(opened, message, sentAt),
    );
    return {
      webhookId: webhook.id,
      url: webhook.url,
      event: PING,
      ...(statusCode === undefined ? {} : { statusCode }),
      success,
      ...(error === undefined ? {} : { error }),
      attemptNumber: 1,
      duration: durationMs,
    };
  }
}
