import { Injectable } from '@nestjs/common';
import { hash } from 'node:crypto';
import { AppError } from '../../platform/errors/app-error.js';
import { FairShare } from '../../platform/fairness/fair-share.js';
import { addressKey, siteKey } from '../../platform/values/ip-address.js';
import { RedisConnection } from '../../platform/redis/redis-connection.js';
import { AuthErrors } from '../../auth/principal/auth.errors.js';
import { type Count, WindowCounter } from '../../auth/rate-limits/counter.js';
import { inTurn } from '../passwords/waiting.js';
import { KnownAddresses } from './known-addresses.js';

const MAX_FAILURES = 10;
/** Of a /48 of IPv6, which one site may have: each of its /64 is an address of its own. */
const MAX_SITE_FAILURES = 50;
/** At one account, from anywhere. */
const MAX_ACCOUNT_FAILURES = 100;
const WINDOW_SECONDS = 15 * 60;
/** Attempts of one address at one account. */
const MAX_WAITING = 100;

/** Under which key failures are counted, and how many are borne. */
interface Limit {
  key: string;
  most: number;
}

/**
 * Lets an address fail ten times in 15 minutes at one account, and a /48 of IPv6 fifty times, then refuses even the
 * right password until the time is over. From everywhere together an account bears 100 failures; then only the
 * addresses go on that its owner signed in from before, under their own count. So nobody guesses, and nobody locks an
 * owner out from elsewhere. Attempts of one address at one account wait for each other, so that sending them at once
 * gains none; a success begins the count of the address anew.
 */
@Injectable()
export class SignInThrottle {
  private readonly counter: WindowCounter;
  /** One attempt at a time for each address at each account. */
  private readonly turns = new FairShare({
    capacity: Number.MAX_SAFE_INTEGER,
    perParty: 1,
    maxWaitingPerParty: MAX_WAITING,
  });

  constructor(
    redis: RedisConnection,
    private readonly known: KnownAddresses,
  ) {
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
    return inTurn(this.turns, key, async () => {
      for (const limit of limits) await this.refuseWhenTooMany(limit);
      const everywhere = hashed(account, 'everywhere');
      await this.countAtAccount(everywhere, account, address);
      try {
        const result = await work();
        await Promise.all([this.counter.forget(key), this.counter.takeBack(everywhere)]);
        return result;
      } catch (error) {
        if (!isWrongPassword(error)) await this.counter.takeBack(everywhere);
        else for (const limit of limits) await this.counter.add(limit.key);
        throw error;
      }
    });
  }

  private async refuseWhenTooMany({ key, most }: Limit): Promise<void> {
    const count = await this.counter.peek(key);
    if (count.consumed >= most) throw tooMany(count);
  }

  /** Counts before the attempt, so that many addresses at once gain none. */
  private async countAtAccount(key: string, account: string, address: string): Promise<void> {
    const count = await this.counter.add(key);
    if (count.consumed <= MAX_ACCOUNT_FAILURES || (await this.known.isKnown(account, address))) return;
    await this.counter.takeBack(key);
    throw tooMany(count);
  }
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof AppError && error.kind.status === 401;
}

function tooMany({ msLeft }: Count): AppError {
  const seconds = Math.ceil(msLeft / 1000);
  return AuthErrors.rateLimitExceeded.error({
    message: `Too many wrong passwords for this account. Retry after ${seconds} seconds.`,
    headers: { 'Retry-After': String(seconds) },
  });
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
