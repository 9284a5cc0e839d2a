import { ErrorKind } from '../platform/errors/app-error.js';

export const IntegrationErrors = {
  notFound: new ErrorKind('NOT_FOUND', 404, 'There is no such integration.'),
  duplicateName: new ErrorKind('DUPLICATE_NAME', 409, 'The company has an integration of that name already.'),
};
