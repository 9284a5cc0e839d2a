import { inexactness } from './exact-text.js';
import { invisibleEnd, isBlank } from './visible-text.js';

/** The longest name of an integration, a credential, a company, in UTF-16 units. */
export const MAX_NAME = 255;

/**
 * Why a value cannot name something. Names that differ only in what nobody sees at their ends look alike, and one of the
 * engines takes no notice of spaces at the end when it compares.
 * @returns what goes on where the field's name leaves off, or undefined for a name.
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
