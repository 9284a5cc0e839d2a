import { createHmac } from 'node:crypto';
import type { Received } from './receiver.js';

/** Which of a webhook's two signatures are valid. */
export interface Signed {
  /** `X-Webhook-Signature`: hex HMAC-SHA256 of the body, keyed with the whole secret. */
  plain: boolean;
  /** `webhook-signature` of Standard Webhooks 1.0. */
  standard: boolean;
}

/**
 * Checks both signatures of a request. During a rotation each header may hold two signatures; one of them
 * must be valid.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedWith(secret: string, { headers, bytes }: Pick<Received, 'headers' | 'bytes'>): Signed {
  const plain = `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`;
  const standard = createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.`)
    .update(bytes)
    .digest('base64');
  return {
    plain: listed(headers['x-webhook-signature'], ',').includes(plain),
    standard: listed(headers['webhook-signature'], ' ').includes(`v1,${standard}`),
  };
}

function listed(header: string | string[] | undefined, separator: string): string[] {
  return String(header)
    .split(separator)
    .map((item) => item.trim());
}
