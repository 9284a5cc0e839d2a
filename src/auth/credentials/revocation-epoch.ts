import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { Database, type Tx } from '../../platform/database/database.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';

const POLL_MS = 500;
/** The process does not rely on an epoch that it read longer ago than this. */
const FRESH_MS = 1_000;

/**
 * A version number for all credentials and memberships.
 * Every change that weakens or strengthens a credential calls `bump` as the last statement of its
 * transaction; a new membership does too. Every process reads the number twice a second.
 * A credential cache is valid only while `isFresh` and within one `generation`. A revocation therefore takes
 * effect at once in its own process, and within one second in all others.
 */
@Injectable()
export class RevocationEpoch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private epoch: number | undefined;
  private readAt = -Infinity;
  private polling = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly listeners: (() => void)[] = [];
  /**
   * Counts the changes that this process has seen. A lookup that began in an earlier generation must not be
   * cached.
   */
  generation = 0;

  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.poll(), POLL_MS);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  onMove(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Whether the process read the number less than a second ago, measured from the start of the read. */
  isFresh(): boolean {
    return performance.now() - this.readAt < FRESH_MS;
  }

  /** Tells all processes to empty their credential caches. Must be the last statement of the transaction. */
  async bump(tx: Tx): Promise<void> {
    await tx.write('UPDATE access_epoch SET epoch = epoch + 1 WHERE id = 1');
    tx.afterCommit(() => this.moved());
  }

  private moved(): void {
    this.generation += 1;
    for (const listener of this.listeners) listener();
  }

  private async poll(): Promise<void> {
    if (this.polling) return;
    this.polling = true;
    const sentAt = performance.now();
    try {
      const [row] = await this.database.select<{ epoch: string | number }>(
        'SELECT epoch FROM access_epoch WHERE id = 1',
      );
      const epoch = Number(row?.epoch);
      if (epoch !== this.epoch) this.moved();
      this.epoch = epoch;
      this.readAt = Math.max(this.readAt, sentAt);
    } catch (error) {
      this.logger.debug({ err: error }, 'reading the revocation epoch failed; credentials are not cached');
    } finally {
      this.polling = false;
    }
  }
}
