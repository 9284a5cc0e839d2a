const JITTER = 0.1;

/**
 * Returns the wait before the next attempt in milliseconds; undefined after the last retry.
 * It adds a jitter of 10 % either way, so failed deliveries do not all return at the same time. It respects
 * the `Retry-After` of the endpoint, up to twice the step.
 * @param steps pauses of the schedule in seconds
 * @param tries number of attempts so far
 * @param askedMs `Retry-After` of the endpoint in milliseconds
 * @param random number between 0 and 1
 */
export function retryDelayMs(
  steps: readonly number[],
  tries: number,
  askedMs: number | undefined,
  random: number = Math.random(),
): number | undefined {
  const step = steps[tries - 1];
  if (step === undefined) return undefined;
  const spread = step * 1000 * (1 - JITTER + 2 * JITTER * random);
  return Math.max(spread, Math.min(askedMs ?? 0, step * 2000));
}
