/**
 * Whether this is `npm run test:timing`: one test at a time, in full size, with limits on how long things take.
 * `npm test` shares its machine, so that it asserts no durations, and what it writes is as little as shows the rule.
 */
const isMeasured = process.env['TEST_TIMING'] === 'true';

/** How many of something a test writes. */
export const sized = (usual: number, full: number): number => (isMeasured ? full : usual);

/** Asserts that something took less time than this, where times are measured. */
export function expectInTime(tookMs: number, limitMs: number): void {
  expect(tookMs).toBeGreaterThanOrEqual(0);
  if (isMeasured) expect(tookMs).toBeLessThanOrEqual(limitMs);
}

/** What random choices of a test follow from; `--seed` repeats those of another run. */
export const SEED = process.env['EUDR_TEST_SEED'] as string;
