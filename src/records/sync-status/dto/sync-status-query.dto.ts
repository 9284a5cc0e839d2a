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
  @ApiPropertyOptional({ enum: ENTITY_TYPES, description: 'Without it, the totals of each type.' })
  @Optional()
  @IsEntityType()
  entityType?: EntityType;

  @ApiPropertyOptional({
    type: [String],
    maxItems: MAX_IN_URL,
    description:
      'Only these: one list whose commas separate, or the parameter repeated, each one id. A single text whose commas are ' +
      'all written `%2C` is asked for both ways. For many ids, POST.',
  })
  @Optional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value))
  @IsString({ each: true, message: 'externalIds must be a comma list, or repeated' })
  externalIds?: string[];
}
