import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import { LOGGER, type Logger } from '../logging/logger.js';
import { RequestPriority } from './request-priority.js';
import { newStopping } from './stopping.js';

/** Work that runs beside requests, in small steps. */
export interface Job {
  name: string;
  /** Pause in milliseconds after a step that found no more work. */
  everyMs: number;
  /** Whether somebody waits for the job. It then does not give way to requests, so it must limit itself. */
  isUrgent?: boolean;
  /** Registers `wake`, which ends the pause early when there is work. */
  wakeOn?(wake: () => void): void;
  /**
   * Runs one step, which must end soon after `stopping` aborts.
   * @returns whether there is more work now
   */
  step(stopping: AbortSignal): Promise<boolean>;
  /** Releases the resources of the steps. Called when no step runs any more. */
  stop?(): Promise<void>;
}

/**
 * Runs the jobs of all modules. Servers and workers call `start`; commands do not.
 * A failed step is retried after the pause, and a lasting problem is logged once. While the process serves
 * requests, steps give way to them unless the job is urgent.
 */
@Injectable()
export class Background implements BeforeApplicationShutdown {
  private readonly jobs: Job[] = [];
  private readonly stopping = newStopping();
  private running: Promise<void>[] = [];
  /** The last error of each failing job. */
  private readonly problems = new Map<string, string>();

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly courtesy: RequestPriority,
  ) {}

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
    const pause = new Pause();
    job.wakeOn?.(() => pause.end());
    signal.addEventListener('abort', () => pause.end(), { once: true });
    while (!signal.aborted) {
      const begunAt = performance.now();
      const more = await this.step(job);
      const restMs = job.isUrgent ? 0 : this.courtesy.restAfter(performance.now() - begunAt);
      await wait(restMs, undefined, { signal }).catch(() => undefined);
      await pause.of(more ? 0 : job.everyMs);
    }
    await job.stop?.();
  }

  private async step(job: Job): Promise<boolean> {
    try {
      const more = await job.step(this.stopping.signal);
      this.problems.delete(job.name);
      return more;
    } catch (error) {
      const problem = String(error);
      if (this.problems.get(job.name) !== problem) {
        this.logger.warn({ err: error, job: job.name }, 'background job failed; will retry');
      }
      this.problems.set(job.name, problem);
      return false;
    }
  }
}

/** A pause that can be ended early, even before it begins. */
class Pause {
  private isEnded = false;
  private finish: (() => void) | undefined;

  end(): void {
    this.isEnded = true;
    this.finish?.();
  }

  async of(ms: number): Promise<void> {
    if (!this.isEnded) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.finish = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.isEnded = false;
    this.finish = undefined;
  }
}
