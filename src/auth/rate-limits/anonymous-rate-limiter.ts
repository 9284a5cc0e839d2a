import { Injectable } from '@nestjs/common';
import { RedisConnection } from '../../platform/redis/redis-connection.js';
import { addressKey } from '../../platform/values/ip-address.js';
import { AuthErrors } from '../principal/auth.errors.js';
import { MinuteCounter } from './counter.js';

/**
 * Limits the calls of an IP address without a credential, on routes that declare a limit. IPv6 counts by /64.
 */
@Injectable()
export class AnonymousRateLimiter {
  private readonly counter: MinuteCounter;

  constructor(redis: RedisConnection) {
    this.counter = new MinuteCounter('strangers', redis);
  }

  /** @throws RATE_LIMIT_EXCEEDED with `Retry-After` */
  async count(route: string, address: string, perMinute: number): Promise<void> {
    const { consumed, msLeft } = await this.counter.add(`${route} ${addressKey(address)}`);
    if (consumed <= perMinute) return;
    throw AuthErrors.rateLimitExceeded.error({
      message: `An address may call this ${perMinute} times a minute without a credential. Wait for Retry-After seconds.`,
      headers: { 'Retry-After': String(Math.ceil(msLeft / 1000)) },
    });
  }
}
