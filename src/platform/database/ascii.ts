import type { ValueTransformer } from 'typeorm';
import { CommonErrors } from '../errors/common.errors.js';

// eslint-disable-next-line no-control-regex -- ASCII is what the pattern says.
const ASCII = /^[\x00-\x7f]*$/;

/**
 * Keeps text beyond ASCII from a column that holds ASCII. MySQL and MariaDB refuse to compare the two; the embedded
 * engine finds no row. So it is "no such row" on both, before the database is asked.
 */
export const asciiOnly: ValueTransformer = {
  to: (value: unknown) => {
    if (typeof value === 'string' && !ASCII.test(value)) throw CommonErrors.notFound.error();
    return value;
  },
  from: (value: unknown) => value,
};
