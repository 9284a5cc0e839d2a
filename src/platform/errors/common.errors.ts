import { cutText } from '../values/cut-text.js';
import { type AppError, ErrorDefinition, type Violation } from './app-error.js';

/** Errors that any route can return. */
export const CommonErrors = {
  validation: new ErrorDefinition('VALIDATION_ERROR', 400, 'The request is not valid.'),
  malformedJson: new ErrorDefinition('MALFORMED_JSON', 400, 'The body is not well-formed JSON in UTF-8.'),
  malformedForm: new ErrorDefinition(
    'MALFORMED_FORM',
    400,
    'The body is not a form in UTF-8 with each name once.',
  ),
  badRequest: new ErrorDefinition('BAD_REQUEST', 400, 'The request is not well-formed HTTP.'),
  notFound: new ErrorDefinition('NOT_FOUND', 404, 'There is nothing at this address.'),
  methodNotAllowed: new ErrorDefinition(
    'METHOD_NOT_ALLOWED',
    405,
    'This address does not answer this method. The header Allow lists those that it answers.',
  ),
  notAcceptable: new ErrorDefinition(
    'NOT_ACCEPTABLE',
    406,
    'The header Accept excludes application/json, in which this address answers.',
  ),
  requestTimeout: new ErrorDefinition('REQUEST_TIMEOUT', 408, 'The request did not come whole in time.'),
  conflict: new ErrorDefinition('CONFLICT', 409, 'The request conflicts with what is stored.'),
  limitReached: new ErrorDefinition('LIMIT_REACHED', 409, 'There can be no more of these. Remove one first.'),
  preconditionFailed: new ErrorDefinition(
    'PRECONDITION_FAILED',
    412,
    'The record has changed since the given ETag.',
  ),
  payloadTooLarge: new ErrorDefinition(
    'PAYLOAD_TOO_LARGE',
    413,
    'The body is larger than this route accepts.',
  ),
  unsupportedMediaType: new ErrorDefinition(
    'UNSUPPORTED_MEDIA_TYPE',
    415,
    'Send the body as application/json in UTF-8, uncompressed.',
  ),
  headersTooLarge: new ErrorDefinition(
    'HEADERS_TOO_LARGE',
    431,
    'The request line and headers together are larger than 64 kB.',
  ),
  internal: new ErrorDefinition(
    'INTERNAL_ERROR',
    500,
    'Something went wrong on our side. Quote the requestId.',
  ),
  serviceUnavailable: new ErrorDefinition(
    'SERVICE_UNAVAILABLE',
    503,
    'The service cannot reach its database just now. Nothing was written; try again shortly.',
  ),
  outcomeUnknown: new ErrorDefinition(
    'OUTCOME_UNKNOWN',
    503,
    'The database went away while it committed: it may have been written. Send the call again with the same Idempotency-Key, or read it back.',
  ),
};

/** Errors that any address can return, because the request is refused before routing. */
export const ERRORS_ANYWHERE: readonly ErrorDefinition[] = [
  CommonErrors.badRequest,
  CommonErrors.methodNotAllowed,
  CommonErrors.notAcceptable,
  CommonErrors.requestTimeout,
  CommonErrors.payloadTooLarge,
  CommonErrors.unsupportedMediaType,
  CommonErrors.headersTooLarge,
];

const MAX_VIOLATIONS = 50;
const MAX_MESSAGE = 500;
const MAX_SUMMARY = 4_000;

/** Returns a 400 with the first 50 violations and the number of the rest. It shortens the caller's text. */
export function validationError(violations: Violation[]): AppError {
  const shown = violations.slice(0, MAX_VIOLATIONS).map(cutViolation);
  const more = violations.length - shown.length;
  if (more > 0) shown.push({ path: '', message: `and ${more} more`, code: 'invalid' });
  const message = shown.map((violation) => violation.message).join('; ');
  return CommonErrors.validation.error({ message: cutText(message, MAX_SUMMARY), details: shown });
}

function cutViolation(violation: Violation): Violation {
  const { path, message } = violation;
  return { ...violation, path: cutText(path), message: cutText(message, MAX_MESSAGE) };
}

/** Returns a 503 with `Retry-After`. */
export function unavailable(cause: unknown): AppError {
  return CommonErrors.serviceUnavailable.error({ cause, headers: { 'Retry-After': '2' } });
}

/** Returns a 503 for a write that may or may not have taken effect. */
export function outcomeUnknown(cause: unknown): AppError {
  return CommonErrors.outcomeUnknown.error({ cause, headers: { 'Retry-After': '2' } });
}
