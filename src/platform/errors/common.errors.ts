import { cutText } from '../values/cut-text.js';
import { type AppError, ErrorDefinition, type Violation } from './app-error.js';

/** Errors that any route can return. */
export const CommonErrors = {
  validation: new ErrorDefinition('VALIDATION_ERROR', 400, 'The request is not valid.'),
  malformedJson: new ErrorDefinition('MALFORMED_JSON', 400, 'The body is not valid JSON in UTF-8.'),
  malformedForm: new ErrorDefinition(
    'MALFORMED_FORM',
    400,
    'Malformed form. Use UTF-8 and send each field once.',
  ),
  badRequest: new ErrorDefinition('BAD_REQUEST', 400, 'The request is not valid HTTP.'),
  notFound: new ErrorDefinition('NOT_FOUND', 404, 'Not found. Check the path.'),
  methodNotAllowed: new ErrorDefinition(
    'METHOD_NOT_ALLOWED',
    405,
    'This path does not support this method. See the header Allow for the supported methods.',
  ),
  notAcceptable: new ErrorDefinition(
    'NOT_ACCEPTABLE',
    406,
    'The header Accept excludes application/json, the format of the response.',
  ),
  requestTimeout: new ErrorDefinition(
    'REQUEST_TIMEOUT',
    408,
    'The request was not received completely in time. Send it again.',
  ),
  conflict: new ErrorDefinition('CONFLICT', 409, 'The request conflicts with stored data.'),
  limitReached: new ErrorDefinition('LIMIT_REACHED', 409, 'The maximum number is reached. Delete one first.'),
  preconditionFailed: new ErrorDefinition(
    'PRECONDITION_FAILED',
    412,
    'The record has changed since the given ETag.',
  ),
  payloadTooLarge: new ErrorDefinition('PAYLOAD_TOO_LARGE', 413, 'The body is too large for this endpoint.'),
  unsupportedMediaType: new ErrorDefinition(
    'UNSUPPORTED_MEDIA_TYPE',
    415,
    'Send the body as application/json in UTF-8, uncompressed.',
  ),
  headersTooLarge: new ErrorDefinition(
    'HEADERS_TOO_LARGE',
    431,
    'The request line and headers together exceed 64 kB.',
  ),
  internal: new ErrorDefinition(
    'INTERNAL_ERROR',
    500,
    'Internal server error. Quote the requestId when you ask for help.',
  ),
  serviceUnavailable: new ErrorDefinition(
    'SERVICE_UNAVAILABLE',
    503,
    'The service cannot reach its database. Nothing was saved. Wait the number of seconds in the Retry-After header, then retry.',
  ),
  outcomeUnknown: new ErrorDefinition(
    'OUTCOME_UNKNOWN',
    503,
    'The database connection was lost during the commit, so the data may be saved. Retry with the same Idempotency-Key, or read the data.',
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
