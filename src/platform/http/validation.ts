import { ValidationPipe } from '@nestjs/common';
import { ValidateBy, type ValidationError } from 'class-validator';
import type { Violation } from '../errors/app-error.js';
import { validationError } from '../errors/common.errors.js';
import { inexactness } from '../values/exact-text.js';
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

/** An ISO 8601 time as a Date, or undefined for other text. Without an offset it is in UTC. */
export function parseInstant(text: string): Date | undefined {
  const [, , , , offset] = INSTANT.exec(text) ?? [];
  if (!INSTANT.test(text)) return undefined;
  const instant = new Date(text.includes('T') && offset === undefined ? `${text}Z` : text);
  return Number.isNaN(instant.getTime()) || !isRealDay(text.slice(0, 10)) ? undefined : instant;
}

/** Validates an ISO 8601 time given as text. */
export function IsInstant(): PropertyDecorator {
  return ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value) => typeof value === 'string' && parseInstant(value) !== undefined,
      defaultMessage: (args) =>
        `${args?.property} must be an ISO 8601 time such as 2026-03-31T08:00:00Z (in a URL, write "+" as %2B)`,
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
