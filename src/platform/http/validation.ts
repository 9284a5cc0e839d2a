import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import { ValidateBy, type ValidationError } from 'class-validator';
import type { Violation } from '../errors/app-error.js';
import { validationError } from '../errors/common.errors.js';
import { inexactness } from '../values/exact-text.js';
import { cutText } from '../values/cut-text.js';
import { violationMessage } from './violation-message.js';
import { nameProblem } from '../values/name.js';
import { isRealDay } from '../values/time.js';

/** Names that Nest and class-transformer silently ignore. */
const PASSED_OVER = ['__proto__', 'constructor', 'prototype'];
const UNKNOWN = 'whitelistValidation';
const MAX_UNKNOWN = 5;

/**
 * Validates query strings and small bodies against their DTO. It reports the first broken rule of each
 * property, and every unknown property by name.
 */
export function createValidationPipe(): ValidationPipe {
  return new BoundedValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    validationError: { target: true, value: true },
    exceptionFactory: (errors) => validationError(violationsOf(errors)),
  });
}

class BoundedValidationPipe extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (this.toValidate(metadata) && typeof value === 'object' && value !== null) {
      const names = PASSED_OVER.filter((name) => Object.hasOwn(value, name));
      if (names.length > 0) throw validationError(unknownNames(names));
    }
    return super.transform(value, metadata) as Promise<unknown>;
  }
}

/** Returns the violations by property, with the unknown properties at the end. */
function violationsOf(errors: ValidationError[]): Violation[] {
  const isUnknown = ({ constraints = {} }: ValidationError): boolean => UNKNOWN in constraints;
  const known = errors.filter((error) => !isUnknown(error)).flatMap(violationsOfProperty);
  return [...known, ...unknownNames(errors.filter(isUnknown).map(({ property }) => property))];
}

/** Decorators run from the property upwards. The last broken rule is therefore the topmost one in the DTO. */
function violationsOfProperty(error: ValidationError): Violation[] {
  const code = error.value === undefined ? ('required' as const) : ('invalid' as const);
  const broken = Object.values(error.constraints ?? {}).at(-1);
  return broken === undefined
    ? []
    : [{ path: error.property, code, message: violationMessage(error, broken) }];
}

/** Returns one violation for each of the first names, and one that counts the rest. */
function unknownNames(names: string[]): Violation[] {
  const violationOf = (name: string, message: string): Violation => ({
    path: cutText(name, 60),
    message,
    code: 'invalid',
  });
  const shown = names
    .slice(0, MAX_UNKNOWN)
    .map((name) => violationOf(name, `Unknown parameter: ${cutText(name, 60)}`));
  const more = names.length - shown.length;
  return more > 0 ? [...shown, violationOf('', `${more} more unknown parameters`)] : shown;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Both engines store, compare and write years of four digits. */
const FIRST_INSTANT = Date.UTC(1970, 0, 1);
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Parses an ISO 8601 time. Without an offset it is in UTC.
 * @returns undefined for other text and for years outside 1970 to 9999 in UTC
 */
export function parseInstant(text: string): Date | undefined {
  const [, , , , offset] = INSTANT.exec(text) ?? [];
  if (!INSTANT.test(text)) return undefined;
  const instant = new Date(text.includes('T') && offset === undefined ? `${text}Z` : text);
  const isKept = instant.getTime() >= FIRST_INSTANT && instant.getTime() <= LAST_INSTANT;
  return isKept && isRealDay(text.slice(0, 10)) ? instant : undefined;
}

/** Validates an ISO 8601 time as text. */
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

/** Validates a calendar day, `YYYY-MM-DD`, in the years 1970 to 9999. */
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

/** Validates a name by `nameProblem`, with at most `max` UTF-16 units. */
export function IsName(max: number): PropertyDecorator {
  return ValidateBy({
    name: 'isName',
    validator: {
      validate: (value) => nameProblem(value, max) === undefined,
      defaultMessage: (args) => `${args?.property} ${nameProblem(args?.value, max)}`,
    },
  });
}

/**
 * Validates text that both engines store unchanged: well-formed, without U+0000, at most `most` UTF-16 units.
 */
export function IsExactText(most: number): PropertyDecorator {
  return ValidateBy({
    name: 'isExactText',
    validator: {
      validate: (value) =>
        typeof value === 'string' && value.length <= most && inexactness(value) === undefined,
      defaultMessage: (args) =>
        `${args?.property} must be a string of at most ${most} characters, valid Unicode and without U+0000`,
    },
  });
}
