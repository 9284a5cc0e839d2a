import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsIn, IsString } from 'class-validator';
import { ENTITY_TYPES, type EntityType } from '../../record-types/record-type.js';
import { RecordListQuery } from '../../engine/dto/record-list-query.dto.js';
import { Optional } from '../../../platform/http/optional.js';

const MOST_NAMED = 500;

const isEntityType = IsIn(ENTITY_TYPES, { message: `entityType must be one of ${ENTITY_TYPES.join(', ')}` });

/** Which records' sync status to show. */
export class SyncStatusQuery extends RecordListQuery {
  @ApiPropertyOptional({ enum: ENTITY_TYPES, description: 'Without it, the totals of each type.' })
  @Optional()
  @isEntityType
  entityType?: EntityType;

  @ApiPropertyOptional({
    type: [String],
    description: 'Only these: one comma list, or the parameter repeated for ids that contain a comma.',
  })
  @Optional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @IsString({ each: true, message: 'externalIds must be a comma list, or repeated' })
  @ArrayMaxSize(MOST_NAMED, { message: `externalIds must not name more than ${MOST_NAMED}` })
  externalIds?: string[];
}
