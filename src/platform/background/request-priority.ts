import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** While requests are being served, a job pauses for 12 times the duration of its last step. */
const RESTS_PER_WORK = 12;
/** Longest pause, whatever the duration of the step. Requests slow jobs down but never stop them. */
const MAX_REST_MS = 3_000;
const BETWEEN_TURNS_MS = 200;
/** Window over which the load is measured. A short gap between two requests does not count as idle. */
const WINDOW_MS = 250;
const BUSY_SHARE = 0.5;

/**
 * Makes background work give way to the requests of the same process.
 * Without requests the work never pauses. With requests it continues in small steps, with pauses between
 * them.
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
    // Command-line processes have no server.
    const server = this.host.httpAdapter?.getHttpServer() as Server | undefined;
    server?.on('request', (_request, response: ServerResponse) => {
      this.count(1);
      response.once('close', () => this.count(-1));
    });
  }

  /** Whether a request is running, or requests have run for most of the last window. */
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

  /**
   * Returns the pause after a step, in milliseconds; 0 if no requests are served.
   * @param workedMs duration of the step
   */
  restAfter(workedMs: number): number {
    return this.isDue ? Math.min(MAX_REST_MS, workedMs * RESTS_PER_WORK) : 0;
  }

  /**
   * Waits for a turn. Without requests it resolves at once. While requests are served, it lets the waiting
   * jobs through one by one, every 200 ms.
   * A job that has got its turn may run as long as it likes and delays no other.
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
