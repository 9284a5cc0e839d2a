import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsOptional, ValidateIf } from 'class-validator';

/**
 * A member that a request may leave out. `null` counts as left out, as serializers of .NET and Java write members
 * that have no value; handlers never see it.
 */
export function Optional(): PropertyDecorator {
  return applyDecorators(
    IsOptional(),
    Transform(({ value }: { value: unknown }) => value ?? undefined),
  );
}

/**
 * A member that a request may leave out, but not give as `null`: for what narrows a call that cannot be undone, where
 * a caller whose value is missing must not reach more than they meant.
 */
export function OptionalNotNull(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}

/** A member that a request may leave out, and whose `null` says something of its own, such as "clear it". */
export function OptionalOrNull(): PropertyDecorator {
  return IsOptional();
}
