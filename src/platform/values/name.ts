import { inexactness } from './exact-text.js';
import { invisibleEnd, isBlank } from './visible-text.js';

/** Maximum length of the name of an integration, credential or company, in UTF-16 units. */
export const MAX_NAME = 255;

/**
 * Checks a name.
 * Names that differ only in invisible characters at their ends look alike, and one engine ignores spaces at
 * the end when it compares.
 * @returns the end of a message that begins with the field's name; undefined if the name is valid
 */
export function nameProblem(value: unknown, max: number = MAX_NAME): string | undefined {
  if (typeof value !== 'string') return 'must be text';
  if (value.length > max) return `must be text of at most ${max} characters`;
  const inexact = inexactness(value);
  if (inexact !== undefined) return inexact;
  if (isBlank(value)) return 'must not be blank';
  if (value !== value.trim()) return 'must not begin or end with white space';
  const invisible = invisibleEnd(value);
  if (invisible === undefined) return undefined;
  return `must not begin or end with an invisible character; remove ${invisible}`;
}
