import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import { newStopping } from '../platform/background/stopping.js';
import { IdempotencyClaims } from './idempotency-claims.js';
import type { CallIdentity } from './idempotent-request.js';

const PAUSE_MS = 250;
/** Maximum number of waiting releases. The keys of any further ones become free when their lease ends. */
const MAX_WAITING = 10_000;

interface Waiting {
  call: CallIdentity;
  owner: string;
}

/**
 * Frees the keys of failed calls.
 * While the database is away, it retries in the background. Callers then need not wait for the lease of a
 * call that has ended.
 */
@Injectable()
export class ClaimReleases implements BeforeApplicationShutdown {
  private readonly stopping = newStopping();
  private readonly waiting: Waiting[] = [];
  private running: Promise<void> | undefined;

  constructor(private readonly claims: IdempotencyClaims) {}

  /**
   * Frees a key. Never throws.
   * @param later true if the database is known to be away; the caller then does not wait
   */
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
