const FIRST_SLOTS = 4;
const MAX_SLOTS = 16;
const SLOW_MS = 1_000;

/**
 * How many deliveries an endpoint gets at once: more while it answers well and quickly, one as soon as it does
 * not, so that a dead endpoint holds little of what all share.
 */
export class AdaptiveConcurrency {
  private now = FIRST_SLOTS;

  get slots(): number {
    return this.now;
  }

  /** Learns from one exchange. */
  learn({ success, durationMs }: { success: boolean; durationMs: number }): void {
    this.now = success && durationMs < SLOW_MS ? Math.min(MAX_SLOTS, this.now + 1) : 1;
  }
}
