import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import { LOGGER, type Logger } from '../logging/logger.js';

/** Work that goes on beside requests, in small steps. */
export interface Job {
  name: string;
  /** Pause between steps that found nothing more to do. */
  everyMs: number;
  /** Has `wake` called when there is something to do before the pause is over. */
  wakeOn?(wake: () => void): void;
  /** One step. @returns whether there is more to do at once. */
  step(): Promise<boolean>;
  /** Lets go of what steps hold; called when no step runs any more. */
  stop?(): Promise<void>;
}

/**
 * Runs the jobs of all modules, in the processes that are told to: `start` is called by a server or a worker, not
 * by a command. A step that fails is tried again after the pause; a problem that stays is logged once.
 */
@Injectable()
export class Background implements BeforeApplicationShutdown {
  private readonly jobs: Job[] = [];
  private readonly stopping = new AbortController();
  private running: Promise<void>[] = [];
  /** What each failing job failed of last. */
  private readonly problems = new Map<string, string>();

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  add(job: Job): void {
    this.jobs.push(job);
  }

  start(): void {
    if (this.stopping.signal.aborted) return;
    this.running = this.jobs.map((job) => this.run(job));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running);
  }

  private async run(job: Job): Promise<void> {
    const { signal } = this.stopping;
    let woken = new AbortController();
    job.wakeOn?.(() => woken.abort());
    while (!signal.aborted) {
      const more = await this.step(job);
      const interrupted = AbortSignal.any([signal, woken.signal]);
      await wait(more ? 0 : job.everyMs, undefined, { signal: interrupted }).catch(() => undefined);
      woken = new AbortController();
    }
    await job.stop?.();
  }

  private async step(job: Job): Promise<boolean> {
    try {
      const more = await job.step();
      this.problems.delete(job.name);
      return more;
    } catch (error) {
      const problem = String(error);
      if (this.problems.get(job.name) !== problem) {
        this.logger.warn({ err: error, job: job.name }, 'background job failed; will try again');
      }
      this.problems.set(job.name, problem);
      return false;
    }
  }
}
