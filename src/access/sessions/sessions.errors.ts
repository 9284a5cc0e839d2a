import { type AppError, ErrorKind } from '../../platform/errors/app-error.js';

/** What can be wrong with a person's credentials once they have signed in. */
export const SessionErrors = {
  invalidToken: new ErrorKind('invalid_token', 401, 'The provided token is expired or invalid.'),
  noCompany: new ErrorKind(
    'no_company',
    403,
    'This account belongs to no company (any more). Ask an administrator of yours for an invitation.',
  ),
  signInNeeded: new ErrorKind(
    'sign_in_needed',
    403,
    'A private token cannot do this: sign in, and send the access token.',
  ),
  noSuchPrivateToken: new ErrorKind('not_found', 404, 'There is no such private token.'),
};

/** The one answer to every token that does not hold, whatever is wrong with it. @param cause logged, never shown. */
export function invalidToken(cause?: unknown): AppError {
  return SessionErrors.invalidToken.error({
    cause,
    headers: { 'WWW-Authenticate': 'Bearer realm="eudr", error="invalid_token"' },
  });
}
