import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { RedisConnection } from '../../platform/redis/redis-connection.js';
import { AuthErrors } from '../principal/auth.errors.js';
import type { Principal } from '../principal/principal.js';
import { type Count, MinuteCounter } from './counter.js';

/**
 * Enforces the limit of requests per minute of each credential. Limit 0 means no limit, and then no headers.
 * Otherwise the response shows the limit in the common `X-RateLimit-*` headers and in those of
 * draft-ietf-httpapi-ratelimit-headers.
 */
@Injectable()
export class CredentialRateLimiter {
  private readonly counter: MinuteCounter;

  constructor(redis: RedisConnection) {
    this.counter = new MinuteCounter('requests', redis);
  }

  /** @throws RATE_LIMIT_EXCEEDED with `Retry-After`, which is never earlier than the reset */
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
        message: `This token has a limit of ${limit} calls per minute. Retry after ${secondsLeft} seconds.`,
        headers: { 'Retry-After': String(secondsLeft) },
      });
    }
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
