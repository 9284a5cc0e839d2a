import { RESEND_EVERY_MS } from '../deliveries/resend-times.js';

/** At once, after a pause: with those that follow in the same second they are less than 100. */
const MAX_BURST = 20;
const BURST_MS = MAX_BURST * RESEND_EVERY_MS;

/**
 * Keeps what is sent again to one endpoint, by redelivery and replay, to its pace, however much of it is late. Each takes
 * `RESEND_EVERY_MS` of the time, up to `MAX_BURST` of them ahead. Passed from process to process with the endpoint.
 */
export class ResendPace {
  /** In milliseconds since 1970. */
  private until: number;

  /** @param until when the time ends that those before have taken. */
  constructor(until: Date) {
    this.until = until.getTime();
  }

  /** How many may be sent now. */
  get allowed(): number {
    return Math.max(0, Math.floor((BURST_MS - this.ahead(Date.now())) / RESEND_EVERY_MS));
  }

  get endsAt(): Date {
    return new Date(this.until);
  }

  /** One is being sent. */
  take(): void {
    const now = Date.now();
    this.until = now + this.ahead(now) + RESEND_EVERY_MS;
  }

  /** What is far ahead was written before the clock was set back. */
  private ahead(now: number): number {
    const ahead = this.until - now;
    return ahead > 0 && ahead <= 2 * BURST_MS ? ahead : 0;
  }
}
