import { isEmail } from 'class-validator';
import { validationError } from '../../platform/errors/common.errors.js';

const LONGEST = 254;

/** The form in which addresses are stored and compared; two that differ in case only are one person's. */
export function normalizedEmail(text: string): string {
  return text.trim().toLowerCase();
}

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
