import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { AppError } from '../../platform/errors/app-error.js';
import { FairShare, ShareExceeded } from '../../platform/fairness/fair-share.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { RedisConnection } from '../../platform/redis/redis-connection.js';
import { addressKey, siteKey } from '../../platform/values/ip-address.js';
import { AuthErrors } from '../principal/auth.errors.js';
import { MinuteCounter } from './counter.js';

/** Factor for IPv6 /48 networks, which many customers share. */
const SITE_FACTOR = 5;
/** Lookups per second that a throttled address still gets, for valid callers behind the same address. */
const SPARE_PER_SECOND = 20;
/** Maximum time in one turn of the event loop that lookups may take. */
const MAX_TURN_MS = 5;
/** Wait time when running lookups may use up the limit. */
const RETRY_MS = 1_000;

/**
 * Slows down addresses that send too many wrong credentials.
 * After `AUTH_FAILURES_PER_MINUTE` failures, only existing credentials pass until the minute ends, and the
 * address gets at most 20 lookups a second.
 * The limit for IPv6 counts each /64 network, and five times as much for each /48.
 */
@Injectable()
export class FailureThrottle {
  private readonly counter: MinuteCounter;
  private readonly most: number;
  /** Number of running lookups by limit key. Each may turn out to be a failure. */
  private readonly underWay = new Map<string, number>();
  private readonly lookUps: FairShare;
  private readonly spare = new RateLimiterMemory({ points: SPARE_PER_SECOND, duration: 1 });

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    redis: RedisConnection,
  ) {
    this.counter = new MinuteCounter('failures', redis);
    this.most = config.AUTH_FAILURES_PER_MINUTE;
    this.lookUps = new FairShare({ capacity: config.DATABASE_POOL_SIZE, maxTurnMs: MAX_TURN_MS });
  }

  /** Counts one failure of an address. */
  note(address: string): void {
    if (this.most === 0) return;
    for (const { key } of this.limitsOf(address)) {
      this.counter
        .add(key)
        .catch((error: unknown) =>
          this.logger.warn({ err: error }, 'counting a failed authentication failed'),
        );
    }
  }

  /** @throws RATE_LIMIT_EXCEEDED if the address failed too often in this minute */
  async refuseWhenTooMany(address: string): Promise<void> {
    const msLeft = await this.msToWait(address);
    if (msLeft > 0) throw tooMany(msLeft);
  }

  /**
   * @throws RATE_LIMIT_EXCEEDED if the address failed too often and has used up its lookups of this second
   */
  async admit(address: string): Promise<void> {
    const msLeft = await this.msToWait(address);
    if (msLeft > 0) await this.takeReservedLookup(address, msLeft);
  }

  /**
   * Looks up a credential within the limits of the address.
   * @param lookUp returns undefined or throws INVALID_TOKEN if the credential does not exist
   * @throws RATE_LIMIT_EXCEEDED if the address failed too often and the credential does not exist, or if the
   * address has used up its lookups of this second
   */
  async gate<Found>(address: string, lookUp: () => Promise<Found>): Promise<Found> {
    const msLeft = await this.msToWait(address);
    if (msLeft <= 0) return this.lookUpWithin(address, lookUp);
    await this.takeReservedLookup(address, msLeft);
    const found = await this.lookUpWithin(address, lookUp).catch((error: unknown) => {
      throw error instanceof AppError && error.kind === AuthErrors.invalidToken ? tooMany(msLeft) : error;
    });
    if (found === undefined) throw tooMany(msLeft);
    return found;
  }

  /** Shares the lookups fairly between addresses. Each lookup counts as a failure until it ends. */
  private async lookUpWithin<Found>(address: string, lookUp: () => Promise<Found>): Promise<Found> {
    const limits = this.most === 0 ? [] : this.limitsOf(address);
    for (const { key } of limits) this.underWay.set(key, (this.underWay.get(key) ?? 0) + 1);
    try {
      return await this.lookUps.run(addressKey(address), lookUp);
    } catch (error) {
      throw error instanceof ShareExceeded ? tooMany(RETRY_MS) : error;
    } finally {
      for (const { key } of limits) this.ended(key);
    }
  }

  private ended(key: string): void {
    const left = (this.underWay.get(key) ?? 1) - 1;
    if (left > 0) this.underWay.set(key, left);
    else this.underWay.delete(key);
  }

  private async takeReservedLookup(address: string, msLeft: number): Promise<void> {
    const { consumedPoints } = await this.spare.penalty(addressKey(address));
    if (consumedPoints > SPARE_PER_SECOND) throw tooMany(msLeft);
  }

  /** Returns how long the address must wait, in milliseconds; 0 if it is not throttled. */
  private async msToWait(address: string): Promise<number> {
    if (this.most === 0) return 0;
    const waits = this.limitsOf(address).map(async ({ key, most }) => {
      const { consumed, msLeft } = await this.counter.peek(key);
      return consumed + (this.underWay.get(key) ?? 0) < most ? 0 : Math.max(msLeft, RETRY_MS);
    });
    return Math.max(...(await Promise.all(waits)));
  }

  private limitsOf(address: string): { key: string; most: number }[] {
    const site = siteKey(address);
    return [
      { key: addressKey(address), most: this.most },
      ...(site === undefined ? [] : [{ key: site, most: this.most * SITE_FACTOR }]),
    ];
  }
}

function tooMany(msLeft: number): AppError {
  return AuthErrors.rateLimitExceeded.error({
    message:
      'Too many invalid credentials from this IP address. Wait the number of seconds in the Retry-After header, then retry.',
    headers: { 'Retry-After': String(Math.ceil(msLeft / 1000)) },
  });
}
