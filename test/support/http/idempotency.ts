import { randomUUID } from 'node:crypto';
import type { Answer } from './client.js';
import { expectError } from './expect-error.js';

/** The header with a key, a fresh one unless given. */
export const keyed = (key: string = randomUUID()): Record<string, string> => ({ 'idempotency-key': key });

export const isReplay = ({ headers }: Answer): boolean => headers.get('idempotency-replayed') === 'true';

/** Asserts that an answer is the first one again, and says so. */
export function expectReplay(answer: Answer, first: Answer): void {
  expect([answer.status, answer.body]).toEqual([first.status, first.body]);
  expect(answer.headers.get('idempotency-replayed')).toBe('true');
}

/**
 * Asserts what callers who send one key at once may be answered: one of them its own answer, the others that
 * answer again or, while it is not there yet, a 409 that says when to come back.
 * @returns the one answer.
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

/** Asserts that an answer says that another attempt with the key is at work, and when to come back. */
export function expectInProgress(answer: Answer): void {
  expectError(answer, 409, 'IDEMPOTENCY_IN_PROGRESS');
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
}
