import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsString } from 'class-validator';
import type { BodyBounds } from '../../../platform/http/body/body-bounds.js';
import { ENTITY_TYPES, type EntityType } from '../../record-types/record-type.js';
import { IsEntityType } from './sync-status-query.dto.js';

export const MAX_NAMED = 500;
/** An id of 255 characters that are written as two escapes each, its quotes and its comma. */
const MAX_ID_BYTES = 255 * 12 + 3;

export const SYNC_STATUS_BODY: Partial<BodyBounds> = {
  bytes: MAX_NAMED * MAX_ID_BYTES + 1024,
  items: MAX_NAMED,
};

/** Many records whose sync status to show at once. */
export class SyncStatusRequest {
  @ApiProperty({ enum: ENTITY_TYPES })
  @IsEntityType()
  entityType!: EntityType;

  @ApiProperty({ type: [String], maxItems: MAX_NAMED, example: ['SUP-001', 'SUP-002'] })
  @IsArray({ message: 'externalIds must be a list of texts' })
  @ArrayMaxSize(MAX_NAMED, { message: `externalIds must not name more than ${MAX_NAMED}` })
  @IsString({ each: true, message: 'externalIds must be a list of texts' })
  externalIds!: string[];
}
