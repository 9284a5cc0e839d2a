import { ErrorKind } from '../../platform/errors/app-error.js';

export const TokenErrors = {
  notFound: new ErrorKind('NOT_FOUND', 404, 'There is no such token.'),
};
