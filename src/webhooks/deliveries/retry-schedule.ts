const JITTER = 0.1;

/**
 * How long to wait before the next attempt, in milliseconds, or undefined where all retries are spent. Spread by
 * 10 % either way, so that what failed together does not come back together. What the endpoint asked for is
 * honoured up to the double of the step.
 * @param steps pauses of the schedule, in seconds.
 * @param tries attempts made so far.
 * @param random between 0 and 1.
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
