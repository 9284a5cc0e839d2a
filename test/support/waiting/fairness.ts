import { expectInTime } from './measured.js';

const SAMPLES = 20;
/** Beside a greedy party another's p95 is within so many times that of when it was alone, or within so much. */
const MAX_FACTOR = 3;
const ALWAYS_ALLOWED_MS = 200;

/** How long a step takes in milliseconds: the 95th percentile of `SAMPLES`. */
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

/** A party that takes what it can. */
export interface Greedy {
  /** How many calls it makes at once. */
  callers: number;
  /** @param number unlike that of any other call. */
  call: (number: number) => Promise<{ status: number }>;
  /** What its calls may be answered with. */
  answers: number[];
}

/** Does something while a greedy party calls without a pause; none of its calls may be answered otherwise than it says. */
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
