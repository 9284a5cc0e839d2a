import { isUtf8 } from 'node:buffer';
import { CommonErrors, validationError } from '../../errors/common.errors.js';

const AMPERSAND = 0x26;
/** More than any form of the product has. */
const MAX_FIELDS = 20;

/**
 * Reads a form (`application/x-www-form-urlencoded`), one value a name: of a name that comes twice, neither can be
 * meant.
 * @throws MALFORMED_FORM; VALIDATION_ERROR where it has too many fields
 */
export function readForm(body: Buffer): Record<string, string> {
  if (countFields(body) > MAX_FIELDS) {
    throw validationError([{ path: '', message: `The form has more than ${MAX_FIELDS} fields` }]);
  }
  if (!isUtf8(body)) throw CommonErrors.malformedForm.error();
  const fields = [...new URLSearchParams(body.toString())];
  const form = Object.fromEntries(fields);
  if (Object.keys(form).length < fields.length) throw CommonErrors.malformedForm.error();
  return form;
}

/** Fields as far as they matter: one more than are accepted ends the count. */
function countFields(body: Buffer): number {
  let count = 1;
  for (
    let at = body.indexOf(AMPERSAND);
    at !== -1 && count <= MAX_FIELDS;
    at = body.indexOf(AMPERSAND, at + 1)
  ) {
    count += 1;
  }
  return count;
}
