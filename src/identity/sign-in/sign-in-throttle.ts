import { Injectable } from '@nestjs/common';
import { Mutex } from 'async-mutex';
import { hash } from 'node:crypto';
import { AppError } from '../../platform/errors/app-error.js';
import { addressKey, siteKey } from '../../platform/values/ip-address.js';
import { RedisConnection } from '../../platform/redis/redis-connection.js';
import { AuthErrors } from '../../auth/principal/auth.errors.js';
import { WindowCounter } from '../../auth/rate-limits/counter.js';

const MAX_FAILURES = 10;
/** Of a /48 of IPv6, which one site may have: each of its /64 is an address of its own. */
const MAX_SITE_FAILURES = 50;
const WINDOW_SECONDS = 15 * 60;

/** Under which key failures are counted, and how many are borne. */
interface Limit {
  key: string;
  most: number;
}

/**
 * Lets an address fail ten times in 15 minutes at one account, and a /48 of IPv6 fifty times, then refuses even the right password until the time
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
    const limits = limitsOf(account, address);
    const [{ key }] = limits;
    return this.inTurn(key, async () => {
      for (const limit of limits) await this.refuseWhenTooMany(limit);
      try {
        const result = await work();
        await this.counter.forget(key);
        return result;
      } catch (error) {
        if (error instanceof AppError && error.kind.status === 401) {
          for (const limit of limits) await this.counter.add(limit.key);
        }
        throw error;
      }
    });
  }

  private async refuseWhenTooMany({ key, most }: Limit): Promise<void> {
    const { consumed, msLeft } = await this.counter.peek(key);
    if (consumed < most) return;
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

/** That of the address, and that of its site where it has one. */
function limitsOf(account: string, address: string): [Limit, ...Limit[]] {
  const site = siteKey(address);
  const own = { key: hashed(account, addressKey(address)), most: MAX_FAILURES };
  return site === undefined ? [own] : [own, { key: hashed(account, site), most: MAX_SITE_FAILURES }];
}

/** Hashed, so that no names lie in Redis and every key is of the same form. */
function hashed(account: string, network: string): string {
  return hash('sha256', JSON.stringify([account, network]), 'hex');
}
