import { isEmail } from 'class-validator';
import { validationError } from '../../platform/errors/common.errors.js';
import { cutText } from '../../platform/values/cut-text.js';
import { unseenIn } from '../../platform/values/visible-text.js';
import { normalizedEmail } from '../../platform/values/email-address.js';

const LONGEST = 254;

/**
 * Returns the normalized form of an email address that can receive mail.
 * It refuses invisible characters, and characters that NFKC would replace, such as full-width letters. It does
 * not detect letters of other alphabets that look alike. Older accounts may have refused addresses.
 * @throws VALIDATION_ERROR that names `email`
 */
export function requireEmail(text: string): string {
  const email = normalizedEmail(text);
  const problem = problemOf(email);
  if (problem === undefined) return email;
  throw validationError([{ path: 'email', message: `email ${problem}` }]);
}

function problemOf(email: string): string | undefined {
  const unseen = unseenIn(email);
  if (unseen !== undefined) {
    return `must not contain white space or invisible characters; remove ${unseen}`;
  }
  const plain = email.normalize('NFKC');
  if (email !== plain) return `contains compatibility characters; use ${cutText(plain)}`;
  if (isEmail(email) && email.length <= LONGEST) return undefined;
  return 'must be an email address such as ana@acme.example';
}
