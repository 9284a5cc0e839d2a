import { RESEND_EVERY_MS } from '../deliveries/resend-times.js';

/** Resends allowed at once after a pause. Together with those of the same second they are fewer than 100. */
const MAX_BURST = 20;
const BURST_MS = MAX_BURST * RESEND_EVERY_MS;

/**
 * The rate limit of resends to one endpoint, also if many are overdue.
 * Each resend takes `RESEND_EVERY_MS`, and at most `MAX_BURST` may run ahead. The next process that claims
 * the endpoint continues from the same state.
 */
export class ResendRateLimit {
  /** Milliseconds since 1970. */
  private until: number;

  /** @param until end of the time that earlier resends have used */
  constructor(until: Date) {
    this.until = until.getTime();
  }

  /** Number of resends allowed now. */
  get allowed(): number {
    return Math.max(0, Math.floor((BURST_MS - this.ahead(Date.now())) / RESEND_EVERY_MS));
  }

  get endsAt(): Date {
    return new Date(this.until);
  }

  /** Counts one resend. */
  take(): void {
    const now = Date.now();
    this.until = now + this.ahead(now) + RESEND_EVERY_MS;
  }

  /**
   * Milliseconds that earlier resends reach into the future. Ignores a value that is too far ahead, because
   * it was written before the clock was set back.
   */
  private ahead(now: number): number {
    const ahead = this.until - now;
    return ahead > 0 && ahead <= 2 * BURST_MS ? ahead : 0;
  }
}
