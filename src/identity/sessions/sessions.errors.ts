import { ErrorDefinition } from '../../platform/errors/app-error.js';

/** Errors of sessions and private tokens. */
export const SessionErrors = {
  noCompany: new ErrorDefinition(
    'NO_COMPANY',
    403,
    'This account has no company. Ask an administrator for an invitation.',
  ),
  signInNeeded: new ErrorDefinition(
    'SIGN_IN_NEEDED',
    403,
    'A private token cannot make this call. Sign in and use the access token.',
  ),
  noSuchPrivateToken: new ErrorDefinition('NOT_FOUND', 404, 'Private token not found.'),
};
