import type { LookupFunction } from 'node:net';
import { LRUCache } from 'lru-cache';
import { buildConnector, Pool } from 'undici';
import { type Exchange, RunningExchange } from './exchange.js';
import { passOverInterims } from './interim-responses.js';
import type { UrlPolicy } from './url-policy.js';

const TIMEOUT_MS = 10_000;
const MAX_ENDPOINTS = 1_000;

/** One webhook, ready to be sent. */
export interface WebhookRequest {
  /** For which names are looked up. */
  integrationId: string;
  /** Whose connections may be used. */
  endpointId: string;
  url: string;
  /** Beside `Content-Type`, which is JSON. */
  headers: Record<string, string>;
  body: string;
}

export interface WebhookClientOptions {
  /** For the whole exchange, from the start of connecting to the end of the answer; 10 s unless given. */
  timeoutMs?: number;
  /** How many endpoints' connections are kept; those used longest ago are closed first. 1,000 unless given. */
  mostEndpoints?: number;
  /** Certificates (PEM) to trust in place of the public authorities'. */
  ca?: string;
}

/**
 * Sends webhooks where the policy lets them go, and nowhere else: the host's name is resolved once for each
 * connection, every address it has is checked, and the connection goes to a checked one. Connections are kept
 * alive for their own endpoint and origin only. Redirects are not followed.
 */
export class WebhookClient {
  private readonly pools: LRUCache<string, Pool>;
  /** Pools that take nothing more, until the exchanges on them have ended. */
  private readonly closing = new Map<Pool, Promise<void>>();
  private readonly timeoutMs: number;
  private isClosed = false;

  constructor(
    private readonly policy: UrlPolicy,
    private readonly options: WebhookClientOptions = {},
  ) {
    this.timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    const max = options.mostEndpoints ?? MAX_ENDPOINTS;
    this.pools = new LRUCache({ max, dispose: (pool) => this.retire(pool) });
  }

  /** Sends one webhook. Never rejects: what went wrong is in the exchange. */
  send(request: WebhookRequest): Promise<Exchange> {
    const exchange = new RunningExchange(this.timeoutMs);
    const refusal = this.isClosed ? 'The sender is shutting down.' : this.policy.refusal(request.url);
    if (refusal === undefined) this.dispatch(request, exchange);
    else exchange.drop(refusal);
    return exchange.ended;
  }

  /**
   * Ends all connections, once the exchanges on them have ended.
   * @param patienceMs after which those that have not are cut off; without it, all are waited for.
   */
  async close(patienceMs?: number): Promise<void> {
    this.isClosed = true;
    this.pools.clear();
    const cutOff = patienceMs === undefined ? undefined : setTimeout(() => this.cutOff(), patienceMs);
    await Promise.all(this.closing.values());
    clearTimeout(cutOff);
  }

  private dispatch(request: WebhookRequest, exchange: RunningExchange): void {
    const { url, headers, body } = request;
    const { pathname, search } = new URL(url);
    this.poolOf(request).dispatch(
      {
        method: 'POST',
        path: pathname + search,
        headers: { 'Content-Type': 'application/json', ...headers },
        body,
      },
      exchange,
    );
  }

  private poolOf({ integrationId, endpointId, url }: WebhookRequest): Pool {
    const { origin } = new URL(url);
    const key = `${endpointId} ${origin}`;
    const present = this.pools.get(key);
    if (present) return present;
    const pool = new Pool(origin, {
      connect: this.connector(integrationId),
      // The exchange watches the time as a whole.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.pools.set(key, pool);
    return pool;
  }

  private connector(integrationId: string): buildConnector.connector {
    const connect = buildConnector({
      lookup: this.lookupFor(integrationId),
      rejectUnauthorized: true,
      ca: this.options.ca,
      timeout: this.timeoutMs,
    });
    return (options, callback) => {
      connect(options, (...[error, socket]) => {
        if (error) callback(error, null);
        else callback(null, passOverInterims(socket));
      });
    };
  }

  /** What a connection asks for its addresses; Node connects to none but those it is given here. */
  private lookupFor(integrationId: string): LookupFunction {
    return (hostname, options, callback) => {
      this.policy.addressesOf(hostname, integrationId).then(
        (addresses) => {
          const [first] = addresses;
          if (options.all === true) callback(null, addresses);
          else callback(null, first?.address ?? '', first?.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, ''),
      );
    };
  }

  /** Lets the exchanges on its connections end first. */
  private retire(pool: Pool): void {
    this.closing.set(
      pool,
      pool.close().finally(() => this.closing.delete(pool)),
    );
  }

  private cutOff(): void {
    for (const pool of this.closing.keys()) void pool.destroy();
  }
}
