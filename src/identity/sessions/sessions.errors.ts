import { ErrorDefinition } from '../../platform/errors/app-error.js';

/** Errors of sessions and private tokens. */
export const SessionErrors = {
  noCompany: new ErrorDefinition(
    'NO_COMPANY',
    403,
    'This account belongs to no company (any more). Ask an administrator of yours for an invitation.',
  ),
  signInNeeded: new ErrorDefinition(
    'SIGN_IN_NEEDED',
    403,
    'A private token cannot do this: sign in, and send the access token.',
  ),
  noSuchPrivateToken: new ErrorDefinition('NOT_FOUND', 404, 'There is no such private token.'),
};
