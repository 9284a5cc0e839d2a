import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { Optional } from '../http/optional.js';

export interface PositiveIntegerOptions {
  /** Value of the property if the query string does not name it. */
  default: number;
  /** A larger number is a validation error. Undefined means no maximum. */
  maximum?: number;
  description?: string;
}

/**
 * Validates and documents a whole number of at least 1 in a query string, such as a page number.
 * It accepts decimal digits only: `1e2`, `0x10` and an empty text are validation errors.
 */
export function PositiveInteger(options: PositiveIntegerOptions): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'integer', minimum: 1, ...options }),
    Optional(),
    Transform(({ value }: { value: unknown }) => fromDigits(value)),
    isPositiveInteger(options),
  );
}

/** Converts digits to a number. Other values stay unchanged, and the validation refuses them. */
function fromDigits(value: unknown): unknown {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}

function isPositiveInteger({ maximum }: PositiveIntegerOptions): PropertyDecorator {
  const range = maximum === undefined ? 'of at least 1' : `from 1 to ${maximum}`;
  return ValidateBy({
    name: 'isPositiveInteger',
    validator: {
      validate: (value) => typeof value === 'number' && value >= 1 && value <= (maximum ?? Infinity),
      defaultMessage: (args) => `${args?.property} must be a whole number ${range}`,
    },
  });
}
