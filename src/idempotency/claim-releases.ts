import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import { newStopping } from '../platform/background/stopping.js';
import { IdempotencyClaims } from './idempotency-claims.js';
import type { CallIdentity } from './idempotent-request.js';

const PAUSE_MS = 250;
/** So many claims wait to be released; the lease of any further one has to run out. */
const MAX_WAITING = 10_000;

interface Waiting {
  call: CallIdentity;
  owner: string;
}

/**
 * Frees the keys of calls that failed. Where the database is away a key is freed in the background as soon as it is
 * back, so that no caller is told to wait for a call that has ended.
 */
@Injectable()
export class ClaimReleases implements BeforeApplicationShutdown {
  private readonly stopping = newStopping();
  private readonly waiting: Waiting[] = [];
  private running: Promise<void> | undefined;

  constructor(private readonly claims: IdempotencyClaims) {}

  /** Never throws. @param later not now: the database is known to be away, and the caller is not to wait for it. */
  async add(call: CallIdentity, owner: string, later: boolean): Promise<void> {
    if (!later && (await this.release({ call, owner }))) return;
    if (this.waiting.length >= MAX_WAITING) return;
    this.waiting.push({ call, owner });
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (this.waiting.length > 0 && !signal.aborted) {
      const [next] = this.waiting as [Waiting];
      if (await this.release(next)) this.waiting.shift();
      else await wait(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async release({ call, owner }: Waiting): Promise<boolean> {
    try {
      await this.claims.release(call, owner);
      return true;
    } catch {
      return false;
    }
  }
}
