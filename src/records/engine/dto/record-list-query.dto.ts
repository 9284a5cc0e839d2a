import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { IsInstant, parseInstant } from '../../../platform/http/validation.js';
import { boundedPage } from '../../paging/bounded-page.js';
import { PageAndLimitQuery } from '../../paging/dto/page-query.dto.js';
import type { ListQuery } from '../record-reader.js';
import { Optional } from '../../../platform/http/optional.js';

const MAX_CURSOR = 500;

/** Which records to list. */
export class RecordListQuery extends PageAndLimitQuery {
  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'Only records that changed at or after this time; deleted ones show too, with `deletedAt`.',
  })
  @Optional()
  @IsInstant()
  since?: string;

  @ApiPropertyOptional({
    type: String,
    maxLength: MAX_CURSOR,
    description: 'The `nextCursor` of the page before. Costs the same on every page, however far.',
  })
  @Optional()
  @IsString()
  @MaxLength(MAX_CURSOR)
  cursor?: string;
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
