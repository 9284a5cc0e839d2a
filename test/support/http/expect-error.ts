import type { Answer } from './client.js';

/** Asserts that a response is an error in the plain format, with exactly these members. */
export function expectError(answer: Answer, status: number, code: string, message?: string | RegExp): void {
  expect([answer.status, answer.body?.error, answer.body?.message]).toEqual([
    status,
    code,
    expect.any(String),
  ]);
  const { details, ...rest } = answer.body as Record<string, unknown>;
  expect(rest).toEqual({ error: code, message: expect.any(String), requestId: expect.any(String) });
  if (message instanceof RegExp) expect(rest['message']).toMatch(message);
  else if (message !== undefined) expect(rest['message']).toBe(message);
  if (details !== undefined) expect(typeof details).toBe('object');
}

/** Asserts that a response is an error of the management API, with exactly these members. */
export function expectManagementError(
  answer: Answer,
  status: number,
  error: string,
  ...paths: string[]
): void {
  const places = paths.map((path) => ({ path, message: expect.any(String) }));
  expect([answer.status, answer.body]).toEqual([
    status,
    {
      error,
      error_description: expect.any(String),
      ...(places.length > 0 && { validation_errors: places }),
      ...(status === 429 && { retry_after: expect.any(Number) }),
    },
  ]);
}

/** Asserts a VALIDATION_ERROR with the given paths, in this order. */
export function expectInvalid(answer: Answer, ...paths: string[]): void {
  expectError(answer, 400, 'VALIDATION_ERROR');
  const details = answer.body.details as { path: string; message: string }[];
  expect(details).toEqual(paths.map((path) => ({ path, message: expect.any(String) })));
}
