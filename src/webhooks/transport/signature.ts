import { createHmac, type Hmac, randomBytes } from 'node:crypto';

export const WEBHOOK_SECRET_PREFIX = 'whsec_';
const SECRET_BYTES = 32;
const USER_AGENT = 'EUDR-Platform-Webhook/1.0';

/** One delivery to sign. */
export interface UnsignedDelivery {
  /** The same in every attempt, so receivers can detect a repetition. */
  eventId: string;
  /** Event type, such as `supplier.updated`. */
  event: string;
  endpointId: string;
  sentAt: Date;
  /** The exact body to send, in UTF-8. */
  body: string;
  /** The endpoint's secret, and during a rotation the previous one. */
  secrets: readonly [current: string, previous?: string];
}

/**
 * Returns a new secret for one endpoint: `whsec_` and 32 random bytes in base64, as Standard Webhooks 1.0
 * defines.
 */
export function newWebhookSecret(): string {
  return WEBHOOK_SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/**
 * Returns the headers of a delivery, signed in two formats: Standard Webhooks 1.0 (`webhook-*`), and the hex
 * HMAC-SHA256 of the body that many systems expect (`X-Webhook-*`).
 * Each secret adds a signature, the current one first.
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
