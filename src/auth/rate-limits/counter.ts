import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { RedisConnection } from '../../platform/redis/redis-connection.js';

/** How often a key was counted in its running window, and when that ends. */
export interface Count {
  consumed: number;
  msLeft: number;
}

/**
 * Counts by key in fixed windows: in this process, or in Redis where `REDIS_URL` is set, so that all processes
 * count together. While Redis is away each process counts for itself.
 */
export class WindowCounter {
  private readonly limiter: RateLimiterAbstract;

  /** @param seconds how long a window is; a key's begins when it is first counted. */
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

  /** Takes back what was counted once too often. */
  async takeBack(key: string): Promise<void> {
    await this.limiter.reward(key);
  }

  /** Begins a key's count anew. */
  async forget(key: string): Promise<void> {
    await this.limiter.delete(key);
  }
}

/** Counts in windows of a minute. */
export class MinuteCounter extends WindowCounter {
  constructor(name: string, redis: RedisConnection) {
    super(name, 60, redis);
  }
}
