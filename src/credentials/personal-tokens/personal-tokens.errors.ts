import { ErrorDefinition } from '../../platform/errors/app-error.js';
import type { IdKind } from '../../platform/http/id-param.js';
import { PERSONAL_TOKEN_ID_PREFIX } from './personal-token.entity.js';

export const PersonalTokenErrors = {
  notFound: new ErrorDefinition('NOT_FOUND', 404, 'Personal token not found.'),
  signInNeeded: new ErrorDefinition(
    'FORBIDDEN',
    403,
    'Private tokens are limited to one company and cannot create personal tokens. Sign in and use the access token.',
  ),
};

export const PERSONAL_TOKEN_ID: IdKind = {
  prefix: PERSONAL_TOKEN_ID_PREFIX,
  notFound: () => PersonalTokenErrors.notFound.error(),
};
