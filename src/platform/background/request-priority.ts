import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** Beside requests, work that took so long rests so many times as long. */
const RESTS_PER_WORK = 12;
/** However long a piece of work took, the next begins after this: requests slow it down but never stop it. */
const MAX_REST_MS = 3_000;
const BETWEEN_TURNS_MS = 200;
/** Over so long is looked whether requests keep the process busy: a moment between two of them is no rest. */
const WINDOW_MS = 250;
const BUSY_SHARE = 0.5;

/**
 * Lets background work give way to the requests that the same process serves. While there are none it never rests;
 * while there are some, it goes on in small pieces with pauses between them.
 */
@Injectable()
export class RequestPriority implements OnModuleInit {
  private serving = 0;
  private servedMs = 0;
  private countedAt = performance.now();
  private windowBegan = this.countedAt;
  private isBusy = false;
  private nextTurnAt = 0;

  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    // A command has no server.
    const server = this.host.httpAdapter?.getHttpServer() as Server | undefined;
    server?.on('request', (_request, response: ServerResponse) => {
      this.count(1);
      response.once('close', () => this.count(-1));
    });
  }

  /** Whether a request is being answered, or has been for most of the time just past. */
  get isDue(): boolean {
    this.count(0);
    const window = this.countedAt - this.windowBegan;
    if (window >= WINDOW_MS) {
      this.isBusy = this.servedMs / window > BUSY_SHARE;
      this.servedMs = 0;
      this.windowBegan = this.countedAt;
    }
    return this.serving > 0 || this.isBusy;
  }

  /** How long to rest after work that took so long, both in milliseconds: not at all where nobody need be let pass. */
  restAfter(workedMs: number): number {
    return this.isDue ? Math.min(MAX_REST_MS, workedMs * RESTS_PER_WORK) : 0;
  }

  /**
   * Resolves at once unless courtesy is due; while it is, all who ask are let pass one by one, at intervals of
   * 200 ms. What they then begin may take as long as it likes and keeps nobody else waiting.
   */
  async turn(stopping: AbortSignal): Promise<void> {
    while (this.isDue && !stopping.aborted && performance.now() < this.nextTurnAt) {
      const restMs = Math.ceil(this.nextTurnAt - performance.now());
      await wait(restMs, undefined, { signal: stopping }).catch(() => undefined);
    }
    this.nextTurnAt = performance.now() + BETWEEN_TURNS_MS;
  }

  private count(change: 1 | 0 | -1): void {
    const now = performance.now();
    if (this.serving > 0) this.servedMs += now - this.countedAt;
    this.serving += change;
    this.countedAt = now;
  }
}
