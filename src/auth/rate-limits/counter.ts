import { Redis } from 'ioredis';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { Config } from '../../platform/config/config.js';
import type { Logger } from '../../platform/logging/logger.js';

/** A Redis that does not answer in this time is treated as away. */
const REDIS_MS = 200;

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
  private readonly redis: Redis | undefined;
  private readonly limiter: RateLimiterAbstract;

  /** @param seconds how long a window is; a key's begins when it is first counted. */
  constructor(name: string, seconds: number, config: Pick<Config, 'REDIS_URL'>, logger: Logger) {
    const options = { keyPrefix: `eudr:${name}`, points: Number.MAX_SAFE_INTEGER, duration: seconds };
    const memory = new RateLimiterMemory(options);
    this.redis = config.REDIS_URL === undefined ? undefined : connect(config.REDIS_URL, logger);
    this.limiter = this.redis
      ? new RateLimiterRedis({
          ...options,
          storeClient: this.redis,
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

  /** Begins a key's count anew. */
  async forget(key: string): Promise<void> {
    await this.limiter.delete(key);
  }

  close(): void {
    this.redis?.disconnect();
  }
}

/** Counts in windows of a minute. */
export class MinuteCounter extends WindowCounter {
  constructor(name: string, config: Pick<Config, 'REDIS_URL'>, logger: Logger) {
    super(name, 60, config, logger);
  }
}

function connect(url: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: REDIS_MS,
    commandTimeout: REDIS_MS,
  });
  redis.on('error', (error: Error) =>
    logger.warn({ err: error }, 'redis away; limits are counted per process'),
  );
  return redis;
}
