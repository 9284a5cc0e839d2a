import { IsExactText } from '../../platform/http/validation.js';

/** Room for 256 characters of a password, however they are encoded, and for a wrong one that is longer. */
const MAX_PASSWORD = 1024;

/** A password as it is typed in; whether a new one is good is the service's to say. */
export function IsPassword(): PropertyDecorator {
  return IsExactText(MAX_PASSWORD);
}
