import { ValidateBy } from 'class-validator';
import { parseInstant } from './validation.js';

/**
 * Validates the end of a window of time whose begin is another member: a window that ends before it begins holds nothing,
 * and an empty answer would read as "nothing happened". Says nothing where either is left out or no time.
 * @param orEqual whether both may be the same, as days of which both count.
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
