import { validationError } from '../../platform/errors/common.errors.js';
import { type AppError, ErrorDefinition } from '../../platform/errors/app-error.js';
import type { Role } from '../../auth/principal/roles.js';
import type { IdKind } from '../../platform/http/id-param.js';
import { USER_ID_PREFIX } from './user.entity.js';

/** Errors of people, memberships and passwords. */
export const UserErrors = {
  notFound: new ErrorDefinition('NOT_FOUND', 404, 'There is no such user in this company.'),
  emailTaken: new ErrorDefinition(
    'CONFLICT',
    409,
    'There is an account with this address. Go on with its password, or invite it to the company.',
  ),
  alreadyMember: new ErrorDefinition(
    'CONFLICT',
    409,
    'This person belongs to the company already. Change their roles instead.',
  ),
  lastAdmin: new ErrorDefinition(
    'CONFLICT',
    409,
    'A company keeps at least one administrator who can sign in. Make another one first.',
  ),
  memberElsewhere: new ErrorDefinition(
    'CONFLICT',
    409,
    'This person belongs to a company that you do not administer. Remove them from yours instead.',
  ),
  forbidden: new ErrorDefinition('FORBIDDEN', 403, 'Only who has a role can grant it or take it away.'),
  invalidInvitation: new ErrorDefinition(
    'INVALID_INVITATION',
    400,
    'The invitation does not exist, has expired, or has been used or withdrawn. Ask for a new one.',
  ),
  mailedLinkNeeded: new ErrorDefinition(
    'MAILED_LINK_NEEDED',
    403,
    'The address of this account is not verified. Open the link in the mail of the invitation, which is another one.',
  ),
  invalidCredentials: new ErrorDefinition(
    'INVALID_CREDENTIALS',
    401,
    'There is no active account with this user name and password.',
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
  return validationError([{ path: 'companies', message: 'companies must each be one of yours' }]);
}

/** The 401 of a sign-in. It is the same for every reason. */
export function invalidCredentials(): AppError {
  return UserErrors.invalidCredentials.error({ headers: { 'WWW-Authenticate': 'Bearer realm="eudr"' } });
}

export const USER_ID: IdKind = {
  prefix: USER_ID_PREFIX,
  notFound: () => UserErrors.notFound.error(),
};
