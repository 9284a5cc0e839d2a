import { ErrorDefinition } from '../errors/app-error.js';

export const MailErrors = {
  tooMany: new ErrorDefinition(
    'RATE_LIMIT_EXCEEDED',
    429,
    'The company has reached its limit of emails per hour. Retry after the time in Retry-After.',
  ),
};
