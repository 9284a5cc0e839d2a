import { Injectable } from '@nestjs/common';
import { RedisConnection } from '../../platform/redis/redis-connection.js';
import { AuthErrors } from '../../auth/principal/auth.errors.js';
import { addressKey } from '../../platform/values/ip-address.js';
import { MinuteCounter } from '../../auth/rate-limits/counter.js';

const MOST_PER_MINUTE = 10;

/** How often an address may report leaks without a credential. */
@Injectable()
export class LeakReportLimit {
  private readonly counter: MinuteCounter;

  constructor(redis: RedisConnection) {
    this.counter = new MinuteCounter('leaks', redis);
  }

  /** @throws RATE_LIMIT_EXCEEDED with `Retry-After` */
  async count(address: string): Promise<void> {
    const { consumed, msLeft } = await this.counter.add(addressKey(address));
    if (consumed <= MOST_PER_MINUTE) return;
    throw AuthErrors.rateLimitExceeded.error({
      message: `An address may report ${MOST_PER_MINUTE} times a minute. Wait for Retry-After seconds.`,
      headers: { 'Retry-After': String(Math.ceil(msLeft / 1000)) },
    });
  }
}
