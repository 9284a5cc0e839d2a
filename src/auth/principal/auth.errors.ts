import { type AppError, ErrorDefinition } from '../../platform/errors/app-error.js';

/**
 * Errors of the guard, in the order of its checks.
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3 for `WWW-Authenticate`
 */
export const AuthErrors = {
  authenticationRequired: new ErrorDefinition(
    'AUTHENTICATION_REQUIRED',
    401,
    'Send a credential in the header "Authorization: Bearer …".',
  ),
  invalidTokenFormat: new ErrorDefinition(
    'INVALID_TOKEN_FORMAT',
    401,
    'The Authorization header must be "Bearer", a space and a credential.',
  ),
  invalidToken: new ErrorDefinition('INVALID_TOKEN', 401, 'The token does not exist or is no longer valid.'),
  tokenRevoked: new ErrorDefinition('TOKEN_REVOKED', 401, 'The token has been revoked.'),
  tokenExpired: new ErrorDefinition('TOKEN_EXPIRED', 401, 'The token has expired.'),
  integrationInactive: new ErrorDefinition(
    'INTEGRATION_INACTIVE',
    403,
    'The integration of this token is not active. An administrator of the company or an operator can activate it.',
  ),
  rateLimitExceeded: new ErrorDefinition(
    'RATE_LIMIT_EXCEEDED',
    429,
    'Too many requests. Wait the number of seconds in the Retry-After header, then retry.',
  ),
  insufficientScopes: new ErrorDefinition(
    'INSUFFICIENT_SCOPES',
    403,
    'The token does not have a required scope.',
  ),
  forbidden: new ErrorDefinition('FORBIDDEN', 403, 'Your roles in this company do not allow this.'),
};

interface Refusal {
  /** Name of the credential that the route needs, for the message. */
  credential?: string;
  /** The log shows it; the response does not. */
  cause?: unknown;
}

/**
 * Returns a 401 with the challenge of RFC 6750, section 3. If the request has no credential, the challenge
 * names no error.
 */
export function unauthorized(kind: ErrorDefinition, { credential, cause }: Refusal = {}): AppError {
  const challenge =
    kind === AuthErrors.authenticationRequired
      ? 'Bearer realm="eudr"'
      : `Bearer realm="eudr", error="invalid_token", error_description="${kind.code}"`;
  const message = credential && `${kind.message} This endpoint accepts ${credential}.`;
  return kind.error({ cause, headers: { 'WWW-Authenticate': challenge }, ...(message && { message }) });
}

/** Returns the 403 that names the required scopes. */
export function insufficientScopes(required: readonly string[], anyOf: boolean = false): AppError {
  return AuthErrors.insufficientScopes.error({
    message: `Required scope: ${required.join(anyOf ? ' or ' : ' and ')}.`,
    details: { required },
    headers: {
      'WWW-Authenticate': `Bearer realm="eudr", error="insufficient_scope", scope="${required.join(' ')}"`,
    },
  });
}

/** @throws TOKEN_EXPIRED at the expiry time and later */
export function requireUnexpired(expiresAt: Date | null): void {
  if (expiresAt && expiresAt.getTime() <= Date.now()) throw unauthorized(AuthErrors.tokenExpired);
}
