import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { validationError } from '../../../platform/errors/common.errors.js';
import { PositiveInteger } from '../../../platform/http/paging.js';
import { IsInstant, parseInstant } from '../../../platform/http/validation.js';
import type { ListQuery } from '../record-reader.js';

export const DEFAULT_LIMIT = 50;
export const MOST_PER_PAGE = 100;
const FURTHEST_ROW = 10_000;

/** `page` and `limit` of a list that counts pages. */
export class PageQuery {
  @PositiveInteger({ default: 1 })
  page: number = 1;

  @PositiveInteger({
    default: DEFAULT_LIMIT,
    description: `Rows a page. More than ${MOST_PER_PAGE} is lowered to ${MOST_PER_PAGE}.`,
  })
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
