import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { RedisConnection } from '../../platform/redis/redis-connection.js';
import { AuthErrors } from '../principal/auth.errors.js';
import { MinuteCounter } from './counter.js';

/**
 * Slows down addresses that show wrong credentials: past `AUTH_FAILURES_PER_MINUTE` nothing is looked up for
 * them until the minute is over. Credentials that are known already pass, so that a neighbour behind the same
 * address is not locked out.
 */
@Injectable()
export class FailureThrottle {
  private readonly counter: MinuteCounter;
  private readonly most: number;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    redis: RedisConnection,
  ) {
    this.counter = new MinuteCounter('failures', redis);
    this.most = config.AUTH_FAILURES_PER_MINUTE;
  }

  /** Notes a failed credential from an address. */
  note(address: string): void {
    if (this.most === 0) return;
    this.counter
      .add(address)
      .catch((error: unknown) => this.logger.warn({ err: error }, 'failure not counted'));
  }

  /** @throws RATE_LIMIT_EXCEEDED for an address that failed too often in this minute. */
  async refuseWhenTooMany(address: string): Promise<void> {
    if (this.most === 0) return;
    const { consumed, msLeft } = await this.counter.peek(address);
    if (consumed < this.most) return;
    throw AuthErrors.rateLimitExceeded.error({
      message: 'Too many wrong credentials from this address. Wait for Retry-After seconds.',
      headers: { 'Retry-After': String(Math.ceil(msLeft / 1000)) },
    });
  }
}
