import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { EventWaiter } from '../waiting/event-waiter.js';
import { behave, type Behaviour } from './receiver-behaviour.js';

/** A received request. */
export interface Received {
  /** When its last byte arrived, in milliseconds since 1970. */
  at: number;
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** The exact bytes of the body, which the signatures cover. */
  bytes: Buffer;
  body: string;
}

/** A receiver of webhooks on a free port of this machine. It responds with 200 by default. */
export class Receiver {
  /** All requests, in the order of their last bytes. */
  readonly requests: Received[] = [];
  readonly url: string;
  private behaviours: Behaviour[] = [200];
  private givenOut = 0;
  private readonly arrivals = new EventWaiter();

  constructor(
    private readonly server: Server,
    private readonly remembers: boolean,
  ) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`;
    server.on('request', (request, response) => void this.receive(request, response));
  }

  /** Sets the behaviours for the next requests. The last one stays. */
  answers(...behaviours: [Behaviour, ...Behaviour[]]): void {
    this.behaviours = behaviours;
  }

  /** Waits for the request with this number, from 1, and returns it. */
  async nth(number: number): Promise<Received> {
    await this.until((requests) => requests.length >= number, `request ${number}`);
    return this.requests[number - 1] as Received;
  }

  /** Waits for so many requests that no earlier `next` returned. They may have arrived before the call. */
  async next(howMany = 1): Promise<Received[]> {
    const from = this.givenOut;
    this.givenOut += howMany;
    await this.until((requests) => requests.length >= from + howMany, `${howMany} further requests`);
    return this.requests.slice(from, from + howMany);
  }

  /**
   * Waits until the requests fulfil a condition.
   * @throws {Error} if they do not in time
   */
  async until(
    condition: (requests: Received[]) => boolean,
    what = 'the awaited requests',
    patienceMs?: number,
  ): Promise<void> {
    await this.arrivals.until(() => condition(this.requests), what, patienceMs);
  }

  /** Closes every connection, even during a response. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await buffer(incoming).catch(() => undefined);
    if (bytes === undefined) return;
    const { method = '', url: path = '', headers } = incoming;
    const request = { at: Date.now(), method, path, headers, bytes, body: bytes.toString() };
    if (this.remembers) this.requests.push(request);
    const behaviour = this.behaviours.length > 1 ? this.behaviours.shift() : this.behaviours[0];
    this.arrivals.notify();
    await behave(behaviour as Behaviour, request, response);
  }
}

/**
 * @param remember false if more requests come than memory can hold; a function given to `answers` sees each
 * of them
 */
export async function startReceiver({ remember = true } = {}): Promise<Receiver> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new Receiver(server, remember);
}
