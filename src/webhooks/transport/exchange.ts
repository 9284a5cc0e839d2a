import { performance } from 'node:perf_hooks';
import type { Dispatcher } from 'undici';
import { failureOf, failureWithin } from './failures.js';
import { retryAfterMs } from './retry-after.js';

const MAX_READ = 64 * 1024;
const MAX_KEPT = 1024;
const ASKS_TO_WAIT = [429, 503];
const NOT_MODIFIED = 304;
const WITHOUT_BODY = [204, NOT_MODIFIED];

/** The result of sending one webhook. */
export interface Exchange {
  /** Whether the status was 2xx and the response came to its end, or to the read limit of 64 kB. */
  success: boolean;
  /** HTTP status, if a response began. */
  statusCode?: number;
  /** Why it failed: a sentence for people without internal details. */
  error?: string;
  /** Duration in milliseconds, with name lookup and connecting where they were needed. */
  durationMs: number;
  /** The first 1 kB of the response body, as text that any database can store. */
  answer: string;
  /** The wait that a 429 or 503 asked for. */
  retryAfterMs?: number;
}

/**
 * One running request to an endpoint; undici calls its methods. The first event that decides the result ends
 * it.
 */
export class RunningExchange implements Dispatcher.DispatchHandler {
  readonly ended: Promise<Exchange>;
  private resolve!: (exchange: Exchange) => void;
  private isOver = false;
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout;
  private controller: Dispatcher.DispatchController | undefined;
  private statusCode: number | undefined;
  private retryAfterMs: number | undefined;
  private bytesRead = 0;
  private readonly kept: Buffer[] = [];

  constructor(timeoutMs: number) {
    this.ended = new Promise((resolve) => (this.resolve = resolve));
    this.timer = setTimeout(() => this.drop(`Timed out after ${timeoutMs / 1000} s.`), timeoutMs);
  }

  /** Ends the request as failed and closes its connection. */
  drop(error: string): void {
    this.end(error);
    this.controller?.abort(new Error(error));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.isOver) controller.abort(new Error('over before it was connected'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.statusCode = statusCode;
    const header = headers['retry-after'];
    if (ASKS_TO_WAIT.includes(statusCode) && typeof header === 'string')
      this.retryAfterMs = retryAfterMs(header, Date.now());
    // Such a response has no body, whatever follows its headers.
    if (WITHOUT_BODY.includes(statusCode)) this.end(this.refusal());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = MAX_KEPT - this.bytesRead;
    if (room > 0) this.kept.push(Buffer.from(chunk.subarray(0, room)));
    this.bytesRead += chunk.length;
    if (this.bytesRead < MAX_READ) return;
    this.end(this.refusal());
    controller.abort(new Error('enough was read'));
  }

  onResponseEnd(): void {
    this.end(this.refusal());
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.end(this.statusCode === undefined ? failureOf(error) : failureWithin(error));
  }

  private end(error: string | undefined): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    this.resolve({
      success: error === undefined,
      ...(this.statusCode !== undefined && { statusCode: this.statusCode }),
      ...(error !== undefined && { error }),
      durationMs: Math.round(performance.now() - this.startedAt),
      answer: textOf(this.kept),
      ...(this.retryAfterMs !== undefined && { retryAfterMs: this.retryAfterMs }),
    });
  }

  /** Returns why the status is a failure; undefined for 2xx. */
  private refusal(): string | undefined {
    const status = this.statusCode as number;
    if (status < 300) return undefined;
    if (status < 400 && status !== NOT_MODIFIED)
      return `The receiver answered with a redirect (${status}). Redirects are not followed.`;
    return `The receiver answered with status ${status}.`;
  }
}

/**
 * Decodes text. Invalid UTF-8 becomes U+FFFD; a cut character at the end and control characters are removed.
 */
function textOf(pieces: Buffer[]): string {
  if (pieces.length === 0) return '';
  const text = new TextDecoder().decode(Buffer.concat(pieces), { stream: true });
  return text.replace(/(?![\t\n\r])\p{Cc}/gu, '');
}
