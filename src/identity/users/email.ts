import { isEmail } from 'class-validator';
import { validationError } from '../../platform/errors/common.errors.js';
import { normalizedEmail } from '../../platform/values/email-address.js';

const LONGEST = 254;

/**
 * The normalized form of an address that mail can be sent to.
 * @throws VALIDATION_ERROR naming `email`.
 */
export function requireEmail(text: string): string {
  const email = normalizedEmail(text);
  if (isEmail(email) && email.length <= LONGEST) return email;
  throw validationError([
    { path: 'email', message: 'email must be an e-mail address such as ana@acme.example' },
  ]);
}
