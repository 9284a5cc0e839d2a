import { IsExactText } from '../../platform/http/validation.js';

/** Enough for a password of 256 characters in any encoding, and for a wrong one that is longer. */
const MAX_PASSWORD = 1024;

/** Validates a password as text. `Passwords` checks the rules for new ones. */
export function IsPassword(): PropertyDecorator {
  return IsExactText(MAX_PASSWORD);
}
