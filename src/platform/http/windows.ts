import { ValidateBy } from 'class-validator';
import { parseInstant } from './validation.js';

/**
 * Validates that a time window does not end before it begins. Such a window is always empty, and an empty
 * response would read as "nothing happened".
 * It does nothing if one of the two is missing or invalid.
 * @param begin name of the member with the begin
 * @param orEqual whether both may be equal, as for days that are both included
 */
export function IsLaterThan(begin: string, { orEqual = false } = {}): PropertyDecorator {
  return ValidateBy({
    name: 'isLaterThan',
    validator: {
      validate: (value, args) => {
        const from = instantOf((args?.object as Record<string, unknown>)[begin]);
        const to = instantOf(value);
        return from === undefined || to === undefined || to > from || (orEqual && to === from);
      },
      defaultMessage: (args) =>
        `${args?.property} must ${orEqual ? 'not be before' : 'be later than'} ${begin}`,
    },
  });
}

function instantOf(value: unknown): number | undefined {
  return typeof value === 'string' ? parseInstant(value)?.getTime() : undefined;
}
