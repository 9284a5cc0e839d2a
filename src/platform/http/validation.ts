import { ValidationPipe } from '@nestjs/common';
import { ValidateBy, type ValidationError } from 'class-validator';
import type { Violation } from '../errors/app-error.js';
import { validationError } from '../errors/common.errors.js';
import { inexactness } from '../values/exact-text.js';
import { isName } from '../values/name.js';
import { isRealDay } from '../values/time.js';

/** Checks query strings and small bodies against their DTO; what the DTO does not know is refused by name. */
export function createValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    exceptionFactory: (errors) => validationError(errors.flatMap(violationsOf)),
  });
}

function violationsOf({ property, value, constraints = {} }: ValidationError): Violation[] {
  return Object.entries(constraints).map(([name, message]) => ({
    path: property,
    code: value === undefined ? ('required' as const) : ('invalid' as const),
    message: name === 'whitelistValidation' ? `Unknown parameter: ${property.slice(0, 60)}` : message,
  }));
}

const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** What both engines keep, compare and write in four digits of a year. */
const FIRST_INSTANT = Date.UTC(1970, 0, 1);
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * An ISO 8601 time as a Date. Without an offset it is in UTC.
 * @returns undefined for other text, and for a moment that is not in the years 1970 to 9999 in UTC.
 */
export function parseInstant(text: string): Date | undefined {
  const [, , , , offset] = INSTANT.exec(text) ?? [];
  if (!INSTANT.test(text)) return undefined;
  const instant = new Date(text.includes('T') && offset === undefined ? `${text}Z` : text);
  const isKept = instant.getTime() >= FIRST_INSTANT && instant.getTime() <= LAST_INSTANT;
  return isKept && isRealDay(text.slice(0, 10)) ? instant : undefined;
}

/** Validates an ISO 8601 time given as text. */
export function IsInstant(): PropertyDecorator {
  return ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value) => typeof value === 'string' && parseInstant(value) !== undefined,
      defaultMessage: (args) =>
        `${args?.property} must be an ISO 8601 time such as 2026-03-31T08:00:00Z, from 1970 to 9999 (in a URL, write "+" as %2B)`,
    },
  });
}

/** Validates a day of the calendar, `YYYY-MM-DD`, in the years 1970 to 9999. */
export function IsDay(): PropertyDecorator {
  return ValidateBy({
    name: 'isDay',
    validator: {
      validate: (value) =>
        typeof value === 'string' && value.length === 10 && parseInstant(value) !== undefined,
      defaultMessage: (args) => `${args?.property} must be a day such as 2026-11-01, from 1970 to 9999`,
    },
  });
}

/**
 * Validates a name: text of at most so many UTF-16 units, of which something can be seen.
 * @param orEmpty whether the empty text will do as well.
 */
export function IsName(max: number, { orEmpty = false } = {}): PropertyDecorator {
  return ValidateBy({
    name: 'isName',
    validator: {
      validate: (value) => isName(value, max) || (orEmpty && value === ''),
      defaultMessage: (args) =>
        `${args?.property} must be text of at most ${max} characters, not blank, well-formed and without U+0000`,
    },
  });
}

/** Validates text that both engines keep exactly: well-formed, without U+0000, at most so many UTF-16 units. */
export function IsExactText(most: number): PropertyDecorator {
  return ValidateBy({
    name: 'isExactText',
    validator: {
      validate: (value) =>
        typeof value === 'string' && value.length <= most && inexactness(value) === undefined,
      defaultMessage: (args) =>
        `${args?.property} must be text of at most ${most} characters, well-formed and without U+0000`,
    },
  });
}
