/**
 * Whether this run is `npm run test:timing`: one test at a time, full sizes, and time limits. `npm test`
 * shares its machine, so it asserts no durations and uses small sizes.
 */
const isMeasured = process.env['TEST_TIMING'] === 'true';

/** Returns how many items a test uses. */
export const sized = (usual: number, full: number): number => (isMeasured ? full : usual);

/** Asserts a time limit, if this run measures times. */
export function expectInTime(tookMs: number, limitMs: number): void {
  expect(tookMs).toBeGreaterThanOrEqual(0);
  if (isMeasured) expect(tookMs).toBeLessThanOrEqual(limitMs);
}

/** Seed of a test's random choices. `--seed` repeats another run. */
export const SEED = process.env['EUDR_TEST_SEED'] as string;
