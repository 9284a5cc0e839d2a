import { inexactness } from './exact-text.js';
import { isBlank } from './visible-text.js';

/** The longest name of an integration, a credential, a company, in UTF-16 units. */
export const MAX_NAME = 255;

/** Whether a text can name something: both engines keep it exactly, it fits, and something of it can be seen. */
export function isName(text: unknown, max: number = MAX_NAME): text is string {
  return typeof text === 'string' && text.length <= max && inexactness(text) === undefined && !isBlank(text);
}
