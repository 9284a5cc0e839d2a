import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { redisAddress } from '../config/redis-url.js';
import { LOGGER, type Logger } from '../logging/logger.js';

/** A Redis that does not answer within this time counts as away. */
const TIMEOUT_MS = 200;

/**
 * The one connection of the process to Redis or Valkey. It reconnects by itself; meanwhile commands fail at
 * once.
 */
@Injectable()
export class RedisConnection implements OnApplicationShutdown {
  /** Undefined if `REDIS_URL` is not set. */
  readonly client: Redis | undefined;

  constructor(@Inject(CONFIG) { REDIS_URL: url }: Pick<Config, 'REDIS_URL'>, @Inject(LOGGER) logger: Logger) {
    this.client = url === undefined ? undefined : connect(url, logger);
  }

  onApplicationShutdown(): void {
    this.client?.disconnect();
  }
}

function connect(url: string, logger: Logger): Redis {
  const address = redisAddress(url);
  const redis = new Redis(address.url, {
    ...address.options,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
  });
  tellOutages(redis, logger);
  return redis;
}

/** Logs that Redis is away, once for each reason, and once that it is back. */
function tellOutages(redis: Redis, logger: Logger): void {
  const reasons = new Set<string>();
  redis.on('error', (error: Error & { code?: string }) => {
    const reason = error.code ?? error.message;
    if (reasons.has(reason)) return;
    reasons.add(reason);
    logger.warn({ err: error }, 'redis disconnected; rate limits are per process');
  });
  redis.on('ready', () => {
    if (reasons.size > 0) logger.warn('redis reconnected; rate limits are shared');
    reasons.clear();
  });
}
