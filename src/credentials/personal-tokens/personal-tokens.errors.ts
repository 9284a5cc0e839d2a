import { ErrorKind } from '../../platform/errors/app-error.js';

export const PersonalTokenErrors = {
  notFound: new ErrorKind('NOT_FOUND', 404, 'You have no such personal token.'),
  signInNeeded: new ErrorKind(
    'FORBIDDEN',
    403,
    'A private token acts in one company and makes none that acts in all: sign in, and send the access token.',
  ),
};
