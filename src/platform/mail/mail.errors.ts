import { ErrorDefinition } from '../errors/app-error.js';

export const MailErrors = {
  tooMany: new ErrorDefinition(
    'RATE_LIMIT_EXCEEDED',
    429,
    'The company has sent as many mails as it may in an hour. Wait for Retry-After seconds.',
  ),
};
