import { createHmac, type Hmac, randomBytes } from 'node:crypto';

export const WEBHOOK_SECRET_PREFIX = 'whsec_';
const SECRET_BYTES = 32;
const USER_AGENT = 'EUDR-Platform-Webhook/1.0';

/** One delivery as it is about to be sent. */
export interface UnsignedDelivery {
  /** The same on every attempt, so that receivers can tell a repetition. */
  eventId: string;
  /** What happened, such as `supplier.updated`. */
  event: string;
  endpointId: string;
  sentAt: Date;
  /** Exactly what will be sent, in UTF-8. */
  body: string;
  /** The endpoint's secret; during a rotation the one before it as well. */
  secrets: readonly [current: string, previous?: string];
}

/** A secret for one endpoint: `whsec_` and 32 random bytes in base64, as Standard Webhooks 1.0 writes them. */
export function newWebhookSecret(): string {
  return WEBHOOK_SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/**
 * Who sends what, signed for receivers of either kind: Standard Webhooks 1.0 (`webhook-*`), and the hex
 * HMAC-SHA256 of the body that many systems expect (`X-Webhook-*`). Each secret signs, the current one first.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedHeaders(delivery: UnsignedDelivery): Record<string, string> {
  const { eventId, event, endpointId, sentAt, body } = delivery;
  const secrets = delivery.secrets.filter((secret) => secret !== undefined);
  const seconds = String(Math.floor(sentAt.getTime() / 1000));
  const signedText = `${eventId}.${seconds}.${body}`;
  return {
    'User-Agent': USER_AGENT,
    'X-Webhook-Event': event,
    'X-Webhook-Id': endpointId,
    'X-Webhook-Timestamp': sentAt.toISOString(),
    'X-Webhook-Signature': secrets.map((secret) => `sha256=${hmac(secret, body).digest('hex')}`).join(','),
    'webhook-id': eventId,
    'webhook-timestamp': seconds,
    'webhook-signature': secrets
      .map((secret) => `v1,${hmac(decoded(secret), signedText).digest('base64')}`)
      .join(' '),
  };
}

function hmac(key: string | Buffer, text: string): Hmac {
  return createHmac('sha256', key).update(text);
}

function decoded(secret: string): Buffer {
  return Buffer.from(secret.slice(WEBHOOK_SECRET_PREFIX.length), 'base64');
}
