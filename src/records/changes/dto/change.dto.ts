import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { CHANGES, type Change } from '../../record-types/record-events.js';
import { ENTITY_TYPES, type EntityType } from '../../record-types/record-type.js';
import { Optional } from '../../../platform/http/optional.js';

const MAX_CURSOR = 500;

/** Query of the change feed. */
export class ChangesQuery {
  @ApiPropertyOptional({
    type: String,
    maxLength: MAX_CURSOR,
    description:
      '`nextCursor` of the previous response. Default: start at the oldest change. `latest`: no changes, only a cursor that starts now.',
  })
  @Optional()
  @IsString()
  @MaxLength(MAX_CURSOR)
  cursor?: string;
}

class ChangeResponse {
  @ApiProperty({ enum: ENTITY_TYPES, example: 'SUPPLIER' })
  type!: EntityType;

  @ApiProperty({ example: 'SUP-001' })
  externalId!: string;

  @ApiProperty({ example: 'sup_01kan2x5v6fkrb3m1s3c1v9y7t' })
  internalId!: string;

  @ApiProperty({ enum: CHANGES, example: 'created' })
  change!: Change;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  at!: string;
}

/** A part of the change feed. */
export class ChangesResponse {
  @ApiProperty({
    type: [ChangeResponse],
    description: 'In commit order. May be empty although `hasMore` is true.',
  })
  changes!: ChangeResponse[];

  @ApiProperty({
    description: 'Store it for the next call. Call again now if `hasMore` is true, later if not.',
    example: 'aW50XzAxa2FuMng1djZma3JiM20xczNjMXY5eTd0OjQyLjc',
  })
  nextCursor!: string;

  @ApiProperty({ example: false })
  hasMore!: boolean;
}
