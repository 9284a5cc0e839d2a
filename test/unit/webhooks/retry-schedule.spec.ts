import { retryDelayMs } from '../../../src/webhooks/deliveries/retry-schedule.js';

const STEPS = [1, 5, 30];
const MIDDLE = 0.5;

/** The pause after so many attempts, without jitter. */
const pause = (tries: number, askedMs?: number): number | undefined =>
  retryDelayMs(STEPS, tries, askedMs, MIDDLE);

describe('the pause before the next attempt', () => {
  it('follows the schedule, one step for each attempt made', () => {
    expect([1, 2, 3].map((tries) => pause(tries))).toEqual([1_000, 5_000, 30_000]);
  });

  it('is none once all steps are spent', () => {
    expect([pause(4), pause(5), retryDelayMs([], 1, 60_000)]).toEqual([undefined, undefined, undefined]);
  });

  it('is spread by a tenth either way', () => {
    expect(retryDelayMs(STEPS, 2, undefined, 0)).toBe(4_500);
    expect(retryDelayMs(STEPS, 2, undefined, 1)).toBe(5_500);
  });

  it('stays within that spread, and is not the same each time', () => {
    const pauses = Array.from({ length: 1_000 }, () => retryDelayMs(STEPS, 3, undefined) as number);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(27_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(33_000);
    expect(new Set(pauses).size).toBeGreaterThan(900);
  });
});

describe('what the endpoint asked for', () => {
  it.each([
    ['is honoured where it is longer than the step', 7_000, 7_000],
    ['is honoured up to the double of the step', 10_000, 10_000],
    ['is cut at the double of the step', 3_600_000, 10_000],
    ['shortens no step', 10, 5_000],
    ['of nothing shortens no step', 0, 5_000],
  ])('%s', (_, askedMs, ms) => {
    expect(pause(2, askedMs)).toBe(ms);
  });

  it('brings no attempt beyond the last', () => {
    expect(pause(4, 60_000)).toBeUndefined();
  });
});
