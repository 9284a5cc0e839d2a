import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { Optional } from '../http/optional.js';

export interface PositiveIntegerOptions {
  /** The value of the property where the query string does not name it. */
  default: number;
  /** A larger number is a validation error; without a maximum none is too large. */
  maximum?: number;
  description?: string;
}

/**
 * A property of a query string that is a whole number of at least 1, such as a page or its size: decimal digits and
 * nothing else, so that `1e2`, `0x10` and an empty text are validation errors. Also documents the property.
 */
export function PositiveInteger(options: PositiveIntegerOptions): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'integer', minimum: 1, ...options }),
    Optional(),
    Transform(({ value }: { value: unknown }) => fromDigits(value)),
    isPositiveInteger(options),
  );
}

/** Digits as a number; anything else as it is, for the validation to refuse. */
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
