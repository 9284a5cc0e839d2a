const FIRST_SLOTS = 4;
const MAX_SLOTS = 16;
const SLOW_MS = 1_000;

/**
 * Adapts the number of concurrent deliveries to an endpoint.
 * It grows while the endpoint responds well and quickly, and drops to one otherwise. An endpoint that is down
 * therefore uses little of the shared capacity.
 */
export class AdaptiveConcurrency {
  private now = FIRST_SLOTS;

  get slots(): number {
    return this.now;
  }

  /** Updates the number after one request. */
  learn({ success, durationMs }: { success: boolean; durationMs: number }): void {
    this.now = success && durationMs < SLOW_MS ? Math.min(MAX_SLOTS, this.now + 1) : 1;
  }
}
