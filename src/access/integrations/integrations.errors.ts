import { ErrorKind } from '../../platform/errors/app-error.js';

export const IntegrationErrors = {
  notFound: new ErrorKind('NOT_FOUND', 404, 'There is no such integration.'),
};
