import { AuthErrors } from '../auth/principal/auth.errors.js';
import { CommonErrors } from '../platform/errors/common.errors.js';
import {
  type ErrorFormat,
  JSON_TYPE,
  pathAndMessage,
  violationsOf,
} from '../platform/errors/error-format.js';

/** Names that differ from the code in lower case. */
const CODES: Record<string, string> = {
  [AuthErrors.authenticationRequired.code]: 'invalid_token',
  [AuthErrors.invalidTokenFormat.code]: 'invalid_token',
  [AuthErrors.tokenRevoked.code]: 'invalid_token',
  [CommonErrors.validation.code]: 'validation_failed',
  [CommonErrors.malformedJson.code]: 'bad_request',
  [CommonErrors.malformedForm.code]: 'bad_request',
  [CommonErrors.payloadTooLarge.code]: 'bad_request',
  [CommonErrors.unsupportedMediaType.code]: 'bad_request',
};

/**
 * The format `{"error", "error_description"}` of OAuth 2.0 (RFC 6749, section 5.2), with the violations
 * beside it.
 */
export const managementError: ErrorFormat = (error) => {
  const { kind, message, headers } = error;
  const code = CODES[kind.code] ?? kind.code.toLowerCase();
  const violations = violationsOf(error);
  const retryAfter = headers['Retry-After'];
  return {
    contentType: JSON_TYPE,
    code,
    body: {
      error: code,
      error_description: message,
      ...(violations.length > 0 && { validation_errors: violations.map(pathAndMessage) }),
      ...(kind.status === 429 && retryAfter !== undefined && { retry_after: Number(retryAfter) }),
    },
  };
};
