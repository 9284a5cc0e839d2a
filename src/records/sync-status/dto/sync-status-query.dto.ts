import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsString } from 'class-validator';
import { ENTITY_TYPES, type EntityType } from '../../record-types/record-type.js';
import { RecordListQuery } from '../../engine/dto/record-list-query.dto.js';
import { Optional } from '../../../platform/http/optional.js';

export const IsEntityType = (): PropertyDecorator =>
  IsIn(ENTITY_TYPES, { message: `entityType must be one of ${ENTITY_TYPES.join(', ')}` });

/** More ids do not fit into a URL of 48 kB, because each needs `externalIds=` and `&`. */
const MAX_IN_URL = 3_780;

/** Query of the sync status. */
export class SyncStatusQuery extends RecordListQuery {
  @ApiPropertyOptional({ enum: ENTITY_TYPES, description: 'Omit it to get the totals of each type.' })
  @Optional()
  @IsEntityType()
  entityType?: EntityType;

  @ApiPropertyOptional({
    type: [String],
    maxItems: MAX_IN_URL,
    description:
      'Only these records: a comma-separated list, or one id per repeated parameter. If all commas of a single value are ' +
      'written `%2C`, it counts both as a list and as one id. For many ids, use POST.',
  })
  @Optional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value))
  @IsString({ each: true, message: 'externalIds must be a comma-separated list, or a repeated parameter' })
  externalIds?: string[];
}
