import { randomUUID } from 'node:crypto';
import type { Answer } from './client.js';
import { expectError } from './expect-error.js';

/** Returns the header with an idempotency key, a new one by default. */
export const keyed = (key: string = randomUUID()): Record<string, string> => ({ 'idempotency-key': key });

export const isReplay = ({ headers }: Answer): boolean => headers.get('idempotency-replayed') === 'true';

/** Asserts that a response repeats the first one and is marked as a replay. */
export function expectReplay(answer: Answer, first: Answer): void {
  expect([answer.status, answer.body]).toEqual([first.status, first.body]);
  expect(answer.headers.get('idempotency-replayed')).toBe('true');
}

/**
 * Asserts the responses of concurrent calls with one key: one original response; the others replay it, or are
 * a 409 with `Retry-After` while it does not exist yet.
 * @returns the original response
 */
export function expectOneEffect(answers: Answer[], status: number): Answer {
  const own = answers.filter((answer) => answer.status === status && !isReplay(answer));
  expect(own).toHaveLength(1);
  const first = own[0] as Answer;
  for (const answer of answers.filter((other) => other !== first)) {
    if (answer.status === status) expectReplay(answer, first);
    else expectInProgress(answer);
  }
  return first;
}

/** Asserts a 409 with `Retry-After`: another attempt with the key is running. */
export function expectInProgress(answer: Answer): void {
  expectError(answer, 409, 'IDEMPOTENCY_IN_PROGRESS');
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
}
