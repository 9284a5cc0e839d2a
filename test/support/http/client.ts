import { requireDocumented } from '../openapi/answers.js';

/** A response. `body` is the parsed JSON, or else the text. */
export interface Answer {
  status: number;
  headers: Headers;
  // Bodies are as various as the routes; tests assert on them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

type RequestHeaders = Record<string, string>;

const BASE = '/api/v1/integration';

/**
 * Calls the product over HTTP as an ERP does. Paths that begin with `/api` (and so `/apiops`) or `/health`
 * are used as they are; others are below the Integration API.
 */
export class Client {
  /**
   * @param patienceMs a call without a complete response rejects after this time; default: the limits of
   * `fetch`
   */
  constructor(
    private readonly url: string,
    readonly token?: string,
    private readonly patienceMs?: number,
  ) {}

  get(path: string, headers?: RequestHeaders): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, body?: unknown, headers?: RequestHeaders): Promise<Answer> {
    return this.send('POST', path, body, headers);
  }

  put(path: string, body?: unknown, headers?: RequestHeaders): Promise<Answer> {
    return this.send('PUT', path, body, headers);
  }

  delete(path: string, headers?: RequestHeaders): Promise<Answer> {
    return this.send('DELETE', path, undefined, headers);
  }

  /** Sends a request. A text body is sent as it is, any other body as JSON. */
  async send(method: string, path: string, body?: unknown, headers: RequestHeaders = {}): Promise<Answer> {
    const authorization: RequestHeaders =
      this.token === undefined ? {} : { authorization: `Bearer ${this.token}` };
    const type: RequestHeaders = body === undefined ? {} : { 'content-type': 'application/json' };
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const full = /^\/(api|health|docs|openapi|\.well-known)/.test(path) ? path : BASE + path;
    const response = await fetch(this.url + full, {
      method,
      headers: { ...authorization, ...type, ...headers },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
      redirect: 'manual',
      ...(this.patienceMs === undefined ? {} : { signal: AbortSignal.timeout(this.patienceMs) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
    const { status, headers: received } = response;
    requireDocumented(method, full, { status, headers: received, body: text });
    return { status, headers: received, body: isJson ? JSON.parse(text) : text };
  }
}
