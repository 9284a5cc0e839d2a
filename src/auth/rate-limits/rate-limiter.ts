import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { AuthErrors } from '../principal/auth.errors.js';
import type { Principal } from '../principal/principal.js';
import { type Count, MinuteCounter } from './counter.js';

/**
 * Counts the requests of each credential and tells the caller where they stand, in the customary headers and
 * in those of draft-ietf-httpapi-ratelimit-headers.
 */
@Injectable()
export class RateLimiter implements OnApplicationShutdown {
  private readonly counter: MinuteCounter;

  constructor(@Inject(CONFIG) config: Config, @Inject(LOGGER) logger: Logger) {
    this.counter = new MinuteCounter('requests', config, logger);
  }

  /** @throws RATE_LIMIT_EXCEEDED with `Retry-After`, never earlier than the reset. */
  async count(principal: Principal, reply: FastifyReply): Promise<void> {
    const limit = principal.requestsPerMinute;
    if (limit === 0) return;
    const count = await this.counter.add(principal.credential.id);
    const now = Date.now();
    const reset = Math.ceil((now + count.msLeft) / 1000);
    reply.headers(headersFor(limit, count, reset));
    if (count.consumed > limit) {
      const secondsLeft = reset - Math.floor(now / 1000);
      throw AuthErrors.rateLimitExceeded.error({
        message: `This token may call ${limit} times a minute. Wait for ${secondsLeft} seconds.`,
        headers: { 'Retry-After': String(secondsLeft) },
      });
    }
  }

  onApplicationShutdown(): void {
    this.counter.close();
  }
}

function headersFor(limit: number, count: Count, reset: number): Record<string, string> {
  const remaining = Math.max(0, limit - count.consumed);
  return {
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Remaining': String(remaining),
    'X-RateLimit-Reset': String(reset),
    'RateLimit-Policy': `"token";q=${limit};w=60`,
    RateLimit: `"token";r=${remaining};t=${Math.ceil(count.msLeft / 1000)}`,
  };
}
