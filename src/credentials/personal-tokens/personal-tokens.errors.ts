import { ErrorDefinition } from '../../platform/errors/app-error.js';
import type { IdKind } from '../../platform/http/id-param.js';
import { PERSONAL_TOKEN_ID_PREFIX } from './personal-token.entity.js';

export const PersonalTokenErrors = {
  notFound: new ErrorDefinition('NOT_FOUND', 404, 'You have no such personal token.'),
  signInNeeded: new ErrorDefinition(
    'FORBIDDEN',
    403,
    'A private token acts in one company and makes none that acts in all: sign in, and send the access token.',
  ),
};

export const PERSONAL_TOKEN_ID: IdKind = {
  prefix: PERSONAL_TOKEN_ID_PREFIX,
  notFound: () => PersonalTokenErrors.notFound.error(),
};
