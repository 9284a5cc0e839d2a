import { expectInTime } from './measured.js';

const SAMPLES = 20;
/**
 * Beside a greedy party, another party's p95 may be this many times its p95 alone, or `ALWAYS_ALLOWED_MS`.
 */
const MAX_FACTOR = 3;
const ALWAYS_ALLOWED_MS = 200;

/** Returns the 95th percentile of a step's duration over `SAMPLES`, in milliseconds. */
export async function p95(step: (sample: number) => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const startedAt = performance.now();
    await step(sample);
    took.push(performance.now() - startedAt);
  }
  return took.sort((a, b) => a - b)[Math.ceil(SAMPLES * 0.95) - 1] as number;
}

export const expectFair = (alone: number, beside: number): void =>
  expectInTime(beside, Math.max(MAX_FACTOR * alone, ALWAYS_ALLOWED_MS));

/** A party that takes as much as it can. */
export interface Greedy {
  /** Number of concurrent calls. */
  callers: number;
  /** @param number different for every call */
  call: (number: number) => Promise<{ status: number }>;
  /** Allowed statuses of its calls. */
  answers: number[];
}

/** Runs an action while a greedy party calls without a pause. All its calls must have an allowed status. */
export async function beside<Result>(
  { callers, call, answers }: Greedy,
  act: () => Promise<Result>,
): Promise<Result> {
  let goesOn = true;
  const calls = Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let number = 0; goesOn; number += 1) {
        expect(answers).toContain((await call(caller * 1_000_000 + number)).status);
      }
    }),
  );
  const result = await act().finally(() => (goesOn = false));
  await calls;
  return result;
}
