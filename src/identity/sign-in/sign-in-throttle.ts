import { Injectable } from '@nestjs/common';
import { Mutex } from 'async-mutex';
import { hash } from 'node:crypto';
import { AppError } from '../../platform/errors/app-error.js';
import { addressKey } from '../../platform/values/ip-address.js';
import { RedisConnection } from '../../platform/redis/redis-connection.js';
import { AuthErrors } from '../../auth/principal/auth.errors.js';
import { WindowCounter } from '../../auth/rate-limits/counter.js';

const MOST_FAILURES = 10;
const WINDOW_SECONDS = 15 * 60;

/**
 * Lets an address fail ten times in 15 minutes at one account, then refuses even the right password until the time
 * is over: so nobody guesses, and nobody locks an owner out from elsewhere. Attempts of one address at one account
 * wait for each other, so that sending them at once gains none; a success begins the count anew.
 */
@Injectable()
export class SignInThrottle {
  private readonly counter: WindowCounter;
  private readonly turns = new Map<string, Mutex>();

  constructor(redis: RedisConnection) {
    this.counter = new WindowCounter('sign-in', WINDOW_SECONDS, redis);
  }

  /**
   * Makes an attempt, unless there were too many. It fails by throwing a 401; any other error counts for nothing.
   * @param account what was given as the account's name, whether there is one or not.
   * @throws RATE_LIMIT_EXCEEDED with `Retry-After` in seconds, and what the attempt throws.
   */
  async attempt<Result>(account: string, address: string, work: () => Promise<Result>): Promise<Result> {
    // Hashed, so that no names lie in Redis and every key is of the same form.
    const key = hash('sha256', JSON.stringify([account, addressKey(address)]), 'hex');
    return this.inTurn(key, async () => {
      await this.refuseWhenTooMany(key);
      try {
        const result = await work();
        await this.counter.forget(key);
        return result;
      } catch (error) {
        if (error instanceof AppError && error.kind.status === 401) await this.counter.add(key);
        throw error;
      }
    });
  }

  private async refuseWhenTooMany(key: string): Promise<void> {
    const { consumed, msLeft } = await this.counter.peek(key);
    if (consumed < MOST_FAILURES) return;
    const seconds = Math.ceil(msLeft / 1000);
    throw AuthErrors.rateLimitExceeded.error({
      message: `Too many wrong passwords for this account. Wait for ${seconds} seconds.`,
      headers: { 'Retry-After': String(seconds) },
    });
  }

  private async inTurn<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const turn = this.turns.get(key) ?? new Mutex();
    this.turns.set(key, turn);
    try {
      return await turn.runExclusive(work);
    } finally {
      if (!turn.isLocked()) this.turns.delete(key);
    }
  }
}
