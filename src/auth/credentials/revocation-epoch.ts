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
/** What was learned longer ago than this is not relied upon. */
const FRESH_MS = 1_000;

/**
 * The clock of what credentials may do. Whatever weakens or strengthens one, a new membership too, calls `raise` as the last statement of its
 * transaction; every process reads the number twice a second. Caches of credentials hold only while `isFresh`
 * and only within one `generation`, so a revocation holds at once where it was made and within a second
 * everywhere else.
 */
@Injectable()
export class RevocationEpoch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private epoch: number | undefined;
  private readAt = -Infinity;
  private polling = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly listeners: (() => void)[] = [];
  /** Counts the moves that this process has seen; a lookup that began in an earlier one is not to be cached. */
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

  /** Whether the number was read less than a second ago, counted from when the read was sent. */
  isFresh(): boolean {
    return performance.now() - this.readAt < FRESH_MS;
  }

  /** Announces a weakened credential to all processes; the last statement of the transaction that weakens it. */
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
