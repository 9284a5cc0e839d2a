import { AuthErrors } from '../auth/principal/auth.errors.js';
import type { AppError, Violation } from '../platform/errors/app-error.js';
import { type ErrorFormat, JSON_TYPE, violationsOf } from '../platform/errors/error-format.js';

interface ListedError {
  code: string;
  detail: string;
  /** Path of the invalid part of the request. */
  attr: string | null;
}

const { authenticationRequired, invalidTokenFormat, invalidToken, tokenRevoked, tokenExpired } = AuthErrors;
const CREDENTIAL_CODES = [
  authenticationRequired,
  invalidTokenFormat,
  invalidToken,
  tokenRevoked,
  tokenExpired,
].map(({ code }) => code);
/** Every error of a credential has the same response. */
const CREDENTIAL_ERROR = { code: 'invalid_token', detail: 'The provided token is expired or invalid.' };

/**
 * The format `{"type", "errors": [{"code", "detail", "attr", "extra"}]}`: one error for each violation, else
 * one in total.
 */
export const companiesError: ErrorFormat = (error) => {
  const places = violationsOf(error).map(placeError);
  const whole = wholeError(error);
  const errors = places.length > 0 ? places : [whole];
  const type =
    error.kind.status >= 500 ? 'server_error' : places.length > 0 ? 'validation_error' : 'client_error';
  return {
    contentType: JSON_TYPE,
    code: whole.code,
    body: { type, errors: errors.map((item) => ({ ...item, extra: null })) },
  };
};

function placeError({ code = 'invalid', message, path }: Violation): ListedError {
  return { code, detail: message, attr: path };
}

function wholeError({ kind, message }: AppError): ListedError {
  const named = CREDENTIAL_CODES.includes(kind.code)
    ? CREDENTIAL_ERROR
    : { code: kind.code.toLowerCase(), detail: message };
  return { ...named, attr: null };
}
