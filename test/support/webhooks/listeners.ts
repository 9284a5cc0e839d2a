import type { RequestListener } from 'node:http';
import type { Exchange } from '../../../src/webhooks/transport/exchange.js';
import type { WebhookClient, WebhookRequest } from '../../../src/webhooks/transport/webhook-client.js';
import { type Listener, startBytesListener, startListener } from './listener.js';

const listeners: Listener[] = [];

/** Registers a listener for `closeListeners`. */
export async function closedLater(starting: Promise<Listener>): Promise<Listener> {
  const listener = await starting;
  listeners.push(listener);
  return listener;
}

/** Starts a listener with this handler. */
export const answering = (listener: RequestListener): Promise<Listener> =>
  closedLater(startListener(listener));

/** Starts a listener that responds with these bytes. */
export const answeringBytes = (bytes: string | Buffer, end: 'keep' | 'close' | 'reset'): Promise<Listener> =>
  closedLater(startBytesListener(bytes, end));

/** Closes all listeners. Call it after each test. */
export async function closeListeners(): Promise<void> {
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
}

/** Sends a webhook to a listener. A test sets only the members that matter to it. */
export function post(
  client: WebhookClient,
  { port }: Pick<Listener, 'port'>,
  more: Partial<WebhookRequest> = {},
): Promise<Exchange> {
  const url = `http://127.0.0.1:${port}/hook?a=1`;
  return client.send({ integrationId: 'int_1', endpointId: 'wh_1', url, headers: {}, body: '{}', ...more });
}
