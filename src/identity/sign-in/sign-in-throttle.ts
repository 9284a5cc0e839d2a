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
/** Maximum for an IPv6 /48, which one site may own. Each /64 in it counts as one address. */
const MAX_SITE_FAILURES = 50;
/** Maximum for one account from all addresses. */
const MAX_ACCOUNT_FAILURES = 100;
const WINDOW_SECONDS = 15 * 60;
/** Maximum number of waiting attempts of one address at one account. */
const MAX_WAITING = 100;

/** A counter key and its maximum number of failures. */
interface Limit {
  key: string;
  most: number;
}

/**
 * Limits failed sign-ins in 15 minutes.
 * - One address may fail 10 times at one account, and an IPv6 /48 50 times. Then even the right password is
 *   refused.
 * - One account may have 100 failures from all addresses. Then only addresses from which its owner signed in
 *   before are allowed, with their own limit.
 * Attackers therefore cannot guess a password, and cannot lock an owner out from elsewhere.
 * Attempts of one address at one account run one after the other, so concurrent requests gain nothing. A
 * success resets the count of the address.
 */
@Injectable()
export class SignInThrottle {
  private readonly counter: WindowCounter;
  /** One running attempt for each address and account. */
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
   * Runs an attempt within the limits. A 401 counts as a failure; other errors do not count.
   * @param account name of the account as sent, whether it exists or not
   * @throws RATE_LIMIT_EXCEEDED with `Retry-After` in seconds
   * @throws every error of the attempt
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

  /** Counts before the attempt, so concurrent attempts from many addresses gain nothing. */
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

/** Returns the limit of the address and, for IPv6, of its /48. */
function limitsOf(account: string, address: string): [Limit, ...Limit[]] {
  const site = siteKey(address);
  const own = { key: hashed(account, addressKey(address)), most: MAX_FAILURES };
  return site === undefined ? [own] : [own, { key: hashed(account, site), most: MAX_SITE_FAILURES }];
}

/** Hashes the names, so Redis holds no names and every key has the same form. */
function hashed(account: string, network: string): string {
  return hash('sha256', JSON.stringify([account, network]), 'hex');
}
