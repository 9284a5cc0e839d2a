import { Injectable } from '@nestjs/common';
import { RedisConnection } from '../../platform/redis/redis-connection.js';
import type { AppError } from '../../platform/errors/app-error.js';
import { FairShare, ShareExceeded } from '../../platform/fairness/fair-share.js';
import { AuthErrors } from '../../auth/principal/auth.errors.js';
import { MinuteCounter } from '../../auth/rate-limits/counter.js';

/** Limit for an IP address without a credential, and for a company. */
export const LEAK_REPORTS_PER_MINUTE = 10;
/** Two reports may run in a process, one for each company; one more for each company may wait. */
const AT_ONCE = { capacity: 2, perParty: 1, maxWaitingPerParty: 1 };

/** Limits the leak reports of a company. */
@Injectable()
export class LeakReportLimit {
  private readonly counter: MinuteCounter;
  private readonly running = new FairShare(AT_ONCE);

  constructor(redis: RedisConnection) {
    this.counter = new MinuteCounter('leaks', redis);
  }

  /**
   * Runs a company's report in its turn.
   * @throws RATE_LIMIT_EXCEEDED with `Retry-After`
   */
  async runFor<T>(companyId: string, work: () => Promise<T>): Promise<T> {
    await this.count(companyId);
    return this.running.run(companyId, work).catch((error: unknown) => {
      throw error instanceof ShareExceeded
        ? exceeded('Another leak report of this company is running.', 1)
        : error;
    });
  }

  private async count(companyId: string): Promise<void> {
    const { consumed, msLeft } = await this.counter.add(companyId);
    if (consumed <= LEAK_REPORTS_PER_MINUTE) return;
    const why = `A company can send ${LEAK_REPORTS_PER_MINUTE} leak reports per minute.`;
    throw exceeded(why, Math.ceil(msLeft / 1000));
  }
}

function exceeded(why: string, seconds: number): AppError {
  return AuthErrors.rateLimitExceeded.error({
    message: `${why} Wait the number of seconds in the Retry-After header, then retry.`,
    headers: { 'Retry-After': String(seconds) },
  });
}
