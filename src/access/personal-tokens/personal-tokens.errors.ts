import { ErrorKind } from '../../platform/errors/app-error.js';

export const PersonalTokenErrors = {
  notFound: new ErrorKind('NOT_FOUND', 404, 'You have no such personal token.'),
  outlivesCaller: new ErrorKind(
    'FORBIDDEN',
    403,
    'A token makes none that outlives it: ask for an earlier expiry, or sign in.',
  ),
};
