import type { RequestListener } from 'node:http';
import type { Exchange } from '../../../src/webhooks/transport/exchange.js';
import type { WebhookClient, WebhookRequest } from '../../../src/webhooks/transport/webhook-client.js';
import { type Receiver, startBytesReceiver, startReceiver } from './listener.js';

const receivers: Receiver[] = [];

/** A receiver that `closeReceivers` will close. */
export async function given(starting: Promise<Receiver>): Promise<Receiver> {
  const receiver = await starting;
  receivers.push(receiver);
  return receiver;
}

/** A receiver that answers like this. */
export const answering = (listener: RequestListener): Promise<Receiver> => given(startReceiver(listener));

/** A receiver that answers with these bytes. */
export const answeringBytes = (bytes: string | Buffer, end: 'keep' | 'close' | 'reset'): Promise<Receiver> =>
  given(startBytesReceiver(bytes, end));

/** After each test. */
export async function closeReceivers(): Promise<void> {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
}

/** Sends a webhook to a receiver; a test names only what matters to it. */
export function post(
  client: WebhookClient,
  { port }: Pick<Receiver, 'port'>,
  more: Partial<WebhookRequest> = {},
): Promise<Exchange> {
  const url = `http://127.0.0.1:${port}/hook?a=1`;
  return client.send({ endpointId: 'wh_1', url, headers: {}, body: '{}', ...more });
}
