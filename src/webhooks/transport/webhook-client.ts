import type { LookupFunction } from 'node:net';
import { LRUCache } from 'lru-cache';
import { buildConnector, Pool } from 'undici';
import { type Exchange, RunningExchange } from './exchange.js';
import { passOverInterims } from './interim-responses.js';
import type { UrlPolicy } from './url-policy.js';

const TIMEOUT_MS = 10_000;
const MAX_ENDPOINTS = 1_000;

/** One webhook to send. */
export interface WebhookRequest {
  /** The integration that name lookups count for. */
  integrationId: string;
  /** The endpoint whose connections the request may use. */
  endpointId: string;
  url: string;
  /** Headers beside `Content-Type`, which is always JSON. */
  headers: Record<string, string>;
  body: string;
}

export interface WebhookClientOptions {
  /** Time limit in milliseconds, from connecting to the end of the response; default 10 s. */
  timeoutMs?: number;
  /**
   * Number of endpoints whose connections are kept; the least recently used are closed first. Default 1,000.
   */
  mostEndpoints?: number;
  /** Trusted certificates (PEM), instead of the public authorities. */
  ca?: string;
}

/**
 * Sends webhooks only to addresses that the policy allows.
 * For each connection it resolves the host name once, checks every address, and connects only to a checked
 * one. A connection is reused only for the same endpoint and origin. Redirects are not followed.
 */
export class WebhookClient {
  private readonly pools: LRUCache<string, Pool>;
  /** Pools that accept nothing new, until their requests have ended. */
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

  /** Sends one webhook. Never rejects: the result contains the error. */
  send(request: WebhookRequest): Promise<Exchange> {
    const exchange = new RunningExchange(this.timeoutMs);
    const refusal = this.isClosed ? 'The sender is shutting down.' : this.policy.refusal(request.url);
    if (refusal === undefined) this.dispatch(request, exchange);
    else exchange.drop(refusal);
    return exchange.ended;
  }

  /**
   * Closes all connections after their requests have ended.
   * @param patienceMs cuts off the remaining requests after this time; undefined waits for all
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
      // The exchange limits the total time.
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

  /** Returns the lookup function of a connection. Node connects only to addresses that it returns. */
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

  /** Closes a pool after its requests have ended. */
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
