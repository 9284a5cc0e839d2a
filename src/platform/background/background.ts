import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import { LOGGER, type Logger } from '../logging/logger.js';
import { RequestPriority } from './request-priority.js';
import { newStopping } from './stopping.js';

/** Work that goes on beside requests, in small steps. */
export interface Job {
  name: string;
  /** Pause between steps that found nothing more to do. */
  everyMs: number;
  /** Whether somebody waits for it, and it is bounded otherwise: it does not give way to requests. */
  isUrgent?: boolean;
  /** Has `wake` called when there is something to do before the pause is over. */
  wakeOn?(wake: () => void): void;
  /** One step, which ends soon once the process stops. @returns whether there is more to do at once. */
  step(stopping: AbortSignal): Promise<boolean>;
  /** Lets go of what steps hold; called when no step runs any more. */
  stop?(): Promise<void>;
}

/**
 * Runs the jobs of all modules, in the processes that are told to: `start` is called by a server or a worker, not
 * by a command. A step that fails is tried again after the pause; a problem that stays is logged once. While the
 * process serves requests, steps give way to them, unless a job is urgent.
 */
@Injectable()
export class Background implements BeforeApplicationShutdown {
  private readonly jobs: Job[] = [];
  private readonly stopping = newStopping();
  private running: Promise<void>[] = [];
  /** What each failing job failed of last. */
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

/** A pause that can be ended early, also before it began. */
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
