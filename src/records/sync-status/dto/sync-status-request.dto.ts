import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsString, MaxLength } from 'class-validator';
import type { BodyBounds } from '../../../platform/http/body/body-bounds.js';
import { ENTITY_TYPES, type EntityType } from '../../record-types/record-type.js';
import { IsEntityType } from './sync-status-query.dto.js';

export const MAX_NAMED = 500;
const MAX_EXTERNAL_ID = 255;

/** Body limits: ids of 255 characters with four bytes each, some of them escaped. */
export const SYNC_STATUS_BODY: Partial<BodyBounds> = {
  bytes: 1024 * 1024,
  values: MAX_NAMED + 10,
  items: MAX_NAMED,
};

/** Request for the sync status of many records. */
export class SyncStatusRequest {
  @ApiProperty({ enum: ENTITY_TYPES })
  @IsEntityType()
  entityType!: EntityType;

  @ApiProperty({ type: [String], maxItems: MAX_NAMED, example: ['SUP-001', 'SUP-002'] })
  @IsArray({ message: 'externalIds must be a list of strings' })
  @ArrayMaxSize(MAX_NAMED, { message: `externalIds must have at most ${MAX_NAMED} items` })
  @IsString({ each: true, message: 'externalIds must be a list of strings' })
  @MaxLength(MAX_EXTERNAL_ID, {
    each: true,
    message: `each id in externalIds must have at most ${MAX_EXTERNAL_ID} characters`,
  })
  externalIds!: string[];
}
