import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInstant, parseInstant } from '../../../platform/http/validation.js';
import { PageAndLimitQuery } from '../../../platform/paging/dto/page-queries.dto.js';
import type { ListQuery } from '../record-reader.js';
import { Optional } from '../../../platform/http/optional.js';

/** Query of a list of records. */
export class RecordListQuery extends PageAndLimitQuery {
  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description:
      'Only records that changed at or after this time. Includes deleted records, with `deletedAt`.',
  })
  @Optional()
  @IsInstant()
  since?: string;
}

/** Converts the query for the reader. */
export function toListQuery(query: RecordListQuery, externalIds?: string[]): ListQuery {
  const { page, size, cursor } = PageAndLimitQuery.toPage(query);
  const since = query.since === undefined ? undefined : parseInstant(query.since);
  return {
    page,
    limit: size,
    ...(since ? { since } : {}),
    ...(cursor === undefined ? {} : { cursor }),
    ...(externalIds ? { externalIds } : {}),
  };
}
