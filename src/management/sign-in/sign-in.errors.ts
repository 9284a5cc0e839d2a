import { ErrorDefinition } from '../../platform/errors/app-error.js';

/**
 * Errors of the token endpoint.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export const ManagementErrors = {
  badCredentials: new ErrorDefinition('UNAUTHORIZED_CLIENT', 401, 'Bad credentials'),
  unsupportedGrantType: new ErrorDefinition(
    'UNSUPPORTED_GRANT_TYPE',
    400,
    'grant_type must be client_credentials.',
  ),
};
