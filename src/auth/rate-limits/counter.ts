import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { RedisConnection } from '../../platform/redis/redis-connection.js';

/** The count of a key in its current window, and the milliseconds until the window ends. */
export interface Count {
  consumed: number;
  msLeft: number;
}

/**
 * Counts by key in fixed windows.
 * With `REDIS_URL`, all processes count together in Redis. Without it, or while Redis is away, each process
 * counts alone.
 */
export class WindowCounter {
  private readonly limiter: RateLimiterAbstract;

  /** @param seconds length of a window, which begins with the key's first count */
  constructor(name: string, seconds: number, { client }: RedisConnection) {
    const options = { keyPrefix: `eudr:${name}`, points: Number.MAX_SAFE_INTEGER, duration: seconds };
    const memory = new RateLimiterMemory(options);
    this.limiter = client
      ? new RateLimiterRedis({
          ...options,
          storeClient: client,
          insuranceLimiter: memory,
          rejectIfRedisNotReady: true,
        })
      : memory;
  }

  async add(key: string): Promise<Count> {
    const result = await this.limiter.consume(key);
    return { consumed: result.consumedPoints, msLeft: result.msBeforeNext };
  }

  async peek(key: string): Promise<Count> {
    const result = await this.limiter.get(key);
    return { consumed: result?.consumedPoints ?? 0, msLeft: result?.msBeforeNext ?? 0 };
  }

  /** Subtracts one from the count. */
  async takeBack(key: string): Promise<void> {
    await this.limiter.reward(key);
  }

  /** Resets the count of a key. */
  async forget(key: string): Promise<void> {
    await this.limiter.delete(key);
  }
}

/** Counts in windows of one minute. */
export class MinuteCounter extends WindowCounter {
  constructor(name: string, redis: RedisConnection) {
    super(name, 60, redis);
  }
}
