import { performance } from 'node:perf_hooks';
import type { Dispatcher } from 'undici';
import { failureOf, failureWithin } from './failures.js';
import { retryAfterMs } from './retry-after.js';

const MAX_READ = 64 * 1024;
const MAX_KEPT = 1024;
const ASKS_TO_WAIT = [429, 503];
const NOT_MODIFIED = 304;
const WITHOUT_BODY = [204, NOT_MODIFIED];

/** How sending one webhook went. */
export interface Exchange {
  /** The answer was 2xx and came to its end, or to the most that is read of one (64 kB). */
  success: boolean;
  /** Of the answer, if one began. */
  statusCode?: number;
  /** Why it failed, as a sentence for people that tells nothing of the inside. */
  error?: string;
  /** From the start of connecting to the end of the answer. */
  durationMs: number;
  /** The first 1 kB of the answer's body, as text that any database keeps. */
  answer: string;
  /** How long a 429 or 503 asked to wait. */
  retryAfterMs?: number;
}

/** One exchange while it runs; undici reports to it. Whatever comes first decides, and ends the reading. */
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

  /** Ends it as failed, and its connection with it. */
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
    // What follows these headers is no part of the answer, whatever it is.
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

  /** What the status says against success; nothing where it is 2xx. */
  private refusal(): string | undefined {
    const status = this.statusCode as number;
    if (status < 300) return undefined;
    if (status < 400 && status !== NOT_MODIFIED)
      return `The receiver answered with a redirect (${status}). Redirects are not followed.`;
    return `The receiver answered with status ${status}.`;
  }
}

/** What is not UTF-8 becomes U+FFFD, a character cut in half and control characters go. */
function textOf(pieces: Buffer[]): string {
  if (pieces.length === 0) return '';
  const text = new TextDecoder().decode(Buffer.concat(pieces), { stream: true });
  return text.replace(/(?![\t\n\r])\p{Cc}/gu, '');
}
