import { ApiPropertyOptional } from '@nestjs/swagger';
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsOptional, IsString, MaxLength, Min } from 'class-validator';
import { validationError } from '../../../platform/errors/common.errors.js';
import { IsInstant, parseInstant } from '../../../platform/http/validation.js';
import type { ListQuery } from '../record-reader.js';

export const DEFAULT_LIMIT = 50;
export const MOST_PER_PAGE = 100;
const FURTHEST_ROW = 10_000;

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

/** Which records to list. */
export class RecordListQuery extends PageQuery {
  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'Only records that changed at or after this time; deleted ones show too, with `deletedAt`.',
  })
  @IsOptional()
  @IsInstant()
  since?: string;

  @ApiPropertyOptional({
    type: String,
    description: 'The `nextCursor` of the page before. Costs the same on every page, however far.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  cursor?: string;
}

/**
 * `page` and `limit` within bounds.
 * @param hint how to get further than pages go.
 * @throws VALIDATION_ERROR for a page so far that finding it would cost too much.
 */
export function boundedPage({ page, limit }: PageQuery, hint: string): { page: number; limit: number } {
  const bounded = Math.min(limit, MOST_PER_PAGE);
  if (page * bounded <= FURTHEST_ROW) return { page, limit: bounded };
  throw validationError([
    { path: 'page', message: `page × limit must not go past ${FURTHEST_ROW}; ${hint}` },
  ]);
}

/** The query as the reader takes it. */
export function toListQuery(query: RecordListQuery, externalIds?: string[]): ListQuery {
  const { cursor } = query;
  const pages = cursor === undefined ? query : { page: 1, limit: query.limit };
  const since = query.since === undefined ? undefined : parseInstant(query.since);
  return {
    ...boundedPage(pages, 'follow nextCursor with cursor= instead'),
    ...(since ? { since } : {}),
    ...(cursor === undefined ? {} : { cursor }),
    ...(externalIds ? { externalIds } : {}),
  };
}
