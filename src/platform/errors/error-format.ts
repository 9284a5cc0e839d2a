import type { AppError, Violation } from './app-error.js';
import { CommonErrors } from './common.errors.js';

/** What an error looks like on the wire. */
export interface WireError {
  contentType: string;
  body: unknown;
}

type Format = (error: AppError, requestId: string) => WireError;

const JSON_TYPE = 'application/json; charset=utf-8';

/** `{"error", "message", "details"?, "requestId"}`: the Integration API's format, and any other path's. */
const plain: Format = (error, requestId) => {
  const { kind, message } = error;
  const details = detailsOf(error);
  return {
    contentType: JSON_TYPE,
    body: { error: kind.code, message, ...(details === undefined ? {} : { details }), requestId },
  };
};

/** RFC 9457 problem details, for callers that ask for them. */
const problem: Format = (error, requestId) => {
  const { kind, message } = error;
  const details = detailsOf(error);
  return {
    contentType: 'application/problem+json',
    body: {
      type: 'about:blank',
      title: kind.message,
      status: kind.status,
      detail: message,
      code: kind.code,
      ...(details === undefined ? {} : { details }),
      requestId,
    },
  };
};

/** What the management API calls the errors whose names would not do; others are their codes in lower case. */
const MANAGEMENT_CODES: Record<string, string> = {
  AUTHENTICATION_REQUIRED: 'invalid_token',
  INVALID_TOKEN_FORMAT: 'invalid_token',
  TOKEN_REVOKED: 'invalid_token',
  VALIDATION_ERROR: 'validation_failed',
  MALFORMED_JSON: 'bad_request',
  MALFORMED_FORM: 'bad_request',
  PAYLOAD_TOO_LARGE: 'bad_request',
  UNSUPPORTED_MEDIA_TYPE: 'bad_request',
};

/** `{"error", "error_description"}`, as OAuth writes errors (RFC 6749, 5.2), with the wrong places beside it. */
const management: Format = (error) => {
  const { kind, message, headers } = error;
  const violations = violationsOf(error);
  const retryAfter = headers['Retry-After'];
  return {
    contentType: JSON_TYPE,
    body: {
      error: MANAGEMENT_CODES[kind.code] ?? kind.code.toLowerCase(),
      error_description: message,
      ...(violations.length > 0 && { validation_errors: violations.map(named) }),
      ...(kind.status === 429 && retryAfter !== undefined && { retry_after: Number(retryAfter) }),
    },
  };
};

/** A credential that does not hold answers alike, whatever is wrong with it. */
const CREDENTIAL_CODES = new Set([
  'AUTHENTICATION_REQUIRED',
  'INVALID_TOKEN_FORMAT',
  'INVALID_TOKEN',
  'TOKEN_REVOKED',
  'TOKEN_EXPIRED',
]);
const NO_CREDENTIAL = { code: 'invalid_token', detail: 'The provided token is expired or invalid.' };

/** `{"type", "errors": [{"code", "detail", "attr", "extra"}]}`. */
const companies: Format = (error) => {
  const { kind, message } = error;
  const violations = violationsOf(error);
  const one = CREDENTIAL_CODES.has(kind.code)
    ? NO_CREDENTIAL
    : { code: kind.code.toLowerCase(), detail: message };
  const errors =
    violations.length > 0
      ? violations.map((violation) => ({
          code: violation.code ?? 'invalid',
          detail: violation.message,
          attr: violation.path,
        }))
      : [{ ...one, attr: null }];
  const type =
    kind.status >= 500 ? 'server_error' : violations.length > 0 ? 'validation_error' : 'client_error';
  return { contentType: JSON_TYPE, body: { type, errors: errors.map((item) => ({ ...item, extra: null })) } };
};

/** The formats of the surfaces, by the paths they begin with. */
const SURFACES: [path: RegExp, format: Format][] = [
  [/^\/apiops(?=[/?]|$)/, management],
  [/^\/api\/v1\/(auth|companies)(?=[/?]|$)/, companies],
];

/** Puts an error into the format that the caller understands. */
export function toWire(
  error: AppError,
  requestId: string,
  { url, accept }: { url: string; accept: string | undefined },
): WireError {
  if (accept?.includes('application/problem+json')) return problem(error, requestId);
  const [, format = plain] = SURFACES.find(([path]) => path.test(url)) ?? [];
  return format(error, requestId);
}

function violationsOf({ kind, details }: AppError): Violation[] {
  return kind === CommonErrors.validation && Array.isArray(details) ? (details as Violation[]) : [];
}

/** As callers of most surfaces are told: where, and what. */
function detailsOf(error: AppError): unknown {
  const violations = violationsOf(error);
  return violations.length > 0 ? violations.map(named) : error.details;
}

function named({ path, message }: Violation): { path: string; message: string } {
  return { path, message };
}
