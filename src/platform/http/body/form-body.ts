import { isUtf8 } from 'node:buffer';
import { CommonErrors, validationError } from '../../errors/common.errors.js';

const AMPERSAND = 0x26;
/** More than any form of the product has. */
const MAX_FIELDS = 20;

/**
 * Reads a form (`application/x-www-form-urlencoded`). It refuses repeated fields, because it cannot know
 * which value was meant.
 * @throws MALFORMED_FORM
 * @throws VALIDATION_ERROR if there are too many fields
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

/** Counts the fields, and stops after one more than the limit. */
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
