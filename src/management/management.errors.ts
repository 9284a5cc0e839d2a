import { ErrorKind } from '../platform/errors/app-error.js';

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export const ManagementErrors = {
  badCredentials: new ErrorKind('unauthorized_client', 401, 'Bad credentials'),
  unsupportedGrantType: new ErrorKind(
    'unsupported_grant_type',
    400,
    'grant_type must be client_credentials.',
  ),
};
