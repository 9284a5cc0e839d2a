import { ErrorDefinition } from '../platform/errors/app-error.js';

/** Errors of a POST with an `Idempotency-Key`. */
export const IdempotencyErrors = {
  inProgress: new ErrorDefinition(
    'IDEMPOTENCY_IN_PROGRESS',
    409,
    'A call with this Idempotency-Key is still running. Wait the number of seconds in the Retry-After header, then retry.',
  ),
  keyReused: new ErrorDefinition(
    'IDEMPOTENCY_KEY_REUSED',
    422,
    'This Idempotency-Key was used for a different call. Use a new key for each call, and the same key only for a retry.',
  ),
};
