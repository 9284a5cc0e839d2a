import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsOptional, ValidateIf } from 'class-validator';

/**
 * Marks a member as optional. `null` counts as missing, because .NET and Java serializers write it for
 * members without a value. Handlers never see it.
 */
export function Optional(): PropertyDecorator {
  return applyDecorators(
    IsOptional(),
    Transform(({ value }: { value: unknown }) => value ?? undefined),
  );
}

/**
 * Marks a member as optional but refuses `null`. For filters of a call that cannot be undone: a missing value
 * must not widen the call.
 */
export function OptionalNotNull(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}

/**
 * Marks a member as optional and passes `null` on, because `null` has its own meaning, such as "clear it".
 */
export function OptionalOrNull(): PropertyDecorator {
  return IsOptional();
}
