import type { ValueTransformer } from 'typeorm';
import { CommonErrors } from '../errors/common.errors.js';

// eslint-disable-next-line no-control-regex -- ASCII is what the pattern says.
const ASCII = /^[\x00-\x7f]*$/;

/**
 * Refuses non-ASCII text for an ASCII column before the database is asked.
 * MySQL and MariaDB refuse the comparison; the embedded engine finds no row. Callers get NOT_FOUND on both.
 */
export const asciiOnly: ValueTransformer = {
  to: (value: unknown) => {
    if (typeof value === 'string' && !ASCII.test(value)) throw CommonErrors.notFound.error();
    return value;
  },
  from: (value: unknown) => value,
};
