import { validationError } from '../../platform/errors/common.errors.js';
import { type AppError, ErrorDefinition } from '../../platform/errors/app-error.js';
import type { Role } from '../../auth/principal/roles.js';
import type { IdKind } from '../../platform/http/id-param.js';
import { USER_ID_PREFIX } from './user.entity.js';

/** Errors of people, memberships and passwords. */
export const UserErrors = {
  notFound: new ErrorDefinition('NOT_FOUND', 404, 'User not found in this company.'),
  emailTaken: new ErrorDefinition(
    'CONFLICT',
    409,
    'An account with this email address exists. Invite this person to the company instead.',
  ),
  alreadyMember: new ErrorDefinition(
    'CONFLICT',
    409,
    'This user is already a member of the company. Update their roles instead.',
  ),
  lastAdmin: new ErrorDefinition(
    'CONFLICT',
    409,
    'A company needs at least one administrator who can sign in. Add another one first.',
  ),
  memberElsewhere: new ErrorDefinition(
    'CONFLICT',
    409,
    'This user is also a member of a company that you do not administer. Remove this user from your company instead.',
  ),
  forbidden: new ErrorDefinition(
    'FORBIDDEN',
    403,
    'You can only grant or remove roles that you have yourself.',
  ),
  invalidInvitation: new ErrorDefinition(
    'INVALID_INVITATION',
    400,
    'The invitation does not exist, or it is expired, used or revoked. Ask for a new one.',
  ),
  mailedLinkNeeded: new ErrorDefinition(
    'MAILED_LINK_NEEDED',
    403,
    'The email address of this account is not verified. Open the link in the invitation email instead.',
  ),
  invalidCredentials: new ErrorDefinition(
    'INVALID_CREDENTIALS',
    401,
    'Wrong user name or password, or the account is not active.',
  ),
};

/** The 403 that names the roles that the actor does not hold but wanted to grant or remove. */
export function rolesNotHeld(roles: readonly Role[]): AppError {
  return UserErrors.forbidden.error({
    message: `${UserErrors.forbidden.message} You do not have ${roles.join(', ')}.`,
    details: { roles },
  });
}

/** The 400 for a company in which the token's owner is no member. */
export function notYours(): AppError {
  return validationError([{ path: 'companies', message: 'companies must only contain your own companies' }]);
}

/** The 401 of a sign-in. It is the same for every reason. */
export function invalidCredentials(): AppError {
  return UserErrors.invalidCredentials.error({ headers: { 'WWW-Authenticate': 'Bearer realm="eudr"' } });
}

export const USER_ID: IdKind = {
  prefix: USER_ID_PREFIX,
  notFound: () => UserErrors.notFound.error(),
};
