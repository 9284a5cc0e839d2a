import { ErrorDefinition } from '../errors/app-error.js';

export const MailErrors = {
  tooMany: new ErrorDefinition(
    'RATE_LIMIT_EXCEEDED',
    429,
    'The company has reached its limit of emails per hour. Wait the number of seconds in the Retry-After header, then retry.',
  ),
};
