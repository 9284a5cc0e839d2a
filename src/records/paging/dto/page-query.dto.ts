import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, Min } from 'class-validator';

const DEFAULT_LIMIT = 50;
export const MOST_PER_PAGE = 100;

/** Digits and nothing else, at least 1. */
function PositiveInteger(name: string): PropertyDecorator {
  const toNumber = Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value,
  );
  return applyDecorators(
    IsOptional(),
    toNumber,
    Min(1, { message: `${name} must be a whole number of at least 1` }),
  );
}

/** `page` and `limit` of a list that counts pages. */
export class PageQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, default: 1 })
  @PositiveInteger('page')
  page: number = 1;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    default: DEFAULT_LIMIT,
    description: `Rows a page. More than ${MOST_PER_PAGE} is lowered to ${MOST_PER_PAGE}.`,
  })
  @PositiveInteger('limit')
  limit: number = DEFAULT_LIMIT;
}
