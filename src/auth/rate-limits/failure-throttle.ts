import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { AppError } from '../../platform/errors/app-error.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { RedisConnection } from '../../platform/redis/redis-connection.js';
import { addressKey, siteKey } from '../../platform/values/ip-address.js';
import { AuthErrors } from '../principal/auth.errors.js';
import { MinuteCounter } from './counter.js';

/** A /48 holds many customers. */
const SITE_FACTOR = 5;
/** So many look-ups a second has an address that failed too often, for those behind it whose credentials exist. */
const SPARE_PER_SECOND = 20;

/**
 * Slows down addresses that are refused too often: past `AUTH_FAILURES_PER_MINUTE` only existing credentials are let
 * through for them until the minute is over, and looked up for at most 20 times a second. IPv6 counts by /64, and five
 * times as much by /48.
 */
@Injectable()
export class FailureThrottle {
  private readonly counter: MinuteCounter;
  private readonly most: number;
  private readonly spare = new RateLimiterMemory({ points: SPARE_PER_SECOND, duration: 1 });

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    redis: RedisConnection,
  ) {
    this.counter = new MinuteCounter('failures', redis);
    this.most = config.AUTH_FAILURES_PER_MINUTE;
  }

  /** Notes that something was refused to an address. */
  note(address: string): void {
    if (this.most === 0) return;
    for (const { key } of this.limitsOf(address)) {
      this.counter
        .add(key)
        .catch((error: unknown) => this.logger.warn({ err: error }, 'failure not counted'));
    }
  }

  /** @throws RATE_LIMIT_EXCEEDED for an address that failed too often in this minute. */
  async refuseWhenTooMany(address: string): Promise<void> {
    const msLeft = await this.msToWait(address);
    if (msLeft > 0) throw tooMany(msLeft);
  }

  /** @throws RATE_LIMIT_EXCEEDED for such an address once its look-ups of this second are used up. */
  async admit(address: string): Promise<void> {
    const msLeft = await this.msToWait(address);
    if (msLeft > 0) await this.takeSpare(address, msLeft);
  }

  /**
   * Looks a credential up, for such an address as far as `admit` lets it.
   * @param lookUp finds undefined or throws INVALID_TOKEN where there is no such credential; such an address is then told
   *   to wait instead.
   */
  async gate<Found>(address: string, lookUp: () => Promise<Found>): Promise<Found> {
    const msLeft = await this.msToWait(address);
    if (msLeft <= 0) return lookUp();
    await this.takeSpare(address, msLeft);
    const found = await lookUp().catch((error: unknown) => {
      throw error instanceof AppError && error.kind === AuthErrors.invalidToken ? tooMany(msLeft) : error;
    });
    if (found === undefined) throw tooMany(msLeft);
    return found;
  }

  private async takeSpare(address: string, msLeft: number): Promise<void> {
    const { consumedPoints } = await this.spare.penalty(addressKey(address));
    if (consumedPoints > SPARE_PER_SECOND) throw tooMany(msLeft);
  }

  /** How long an address has to wait; 0 for one that failed seldom. */
  private async msToWait(address: string): Promise<number> {
    if (this.most === 0) return 0;
    const waits = this.limitsOf(address).map(async ({ key, most }) => {
      const { consumed, msLeft } = await this.counter.peek(key);
      return consumed < most ? 0 : msLeft;
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
    message: 'Too many wrong credentials from this address. Wait for Retry-After seconds.',
    headers: { 'Retry-After': String(Math.ceil(msLeft / 1000)) },
  });
}
