import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { IsInstant } from '../../../platform/http/validation.js';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../delivery.entity.js';
import { IsLaterThan } from '../../../platform/http/windows.js';
import { Optional } from '../../../platform/http/optional.js';

const MAX_CURSOR = 200;

/** Which deliveries to show. */
export class DeliveriesQuery {
  @ApiPropertyOptional({ enum: DELIVERY_STATUSES })
  @Optional()
  @IsIn(DELIVERY_STATUSES, { message: `status must be one of ${DELIVERY_STATUSES.join(', ')}` })
  status?: DeliveryStatus;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'Only of events that happened at or after this time.',
  })
  @Optional()
  @IsInstant()
  since?: string;

  @ApiPropertyOptional({
    type: String,
    maxLength: MAX_CURSOR,
    description: 'The `nextCursor` of the page before.',
  })
  @Optional()
  @IsString()
  @MaxLength(MAX_CURSOR)
  cursor?: string;
}

/** Which events to send again. */
export class ReplayRequest {
  @ApiProperty({ format: 'date-time', example: '2026-11-21T00:00:00Z' })
  @IsInstant()
  since!: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Now, unless given.' })
  @Optional()
  @IsInstant()
  @IsLaterThan('since')
  until?: string;

  @ApiPropertyOptional({ enum: ['failed'], description: 'Only those that were given up.' })
  @Optional()
  @IsIn(['failed'], { message: 'status must be "failed", or be left out' })
  status?: 'failed';
}
