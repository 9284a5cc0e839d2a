import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { CursorAndLimitQuery } from '../../../platform/paging/dto/page-queries.dto.js';
import { IsInstant } from '../../../platform/http/validation.js';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../delivery.entity.js';
import { IsLaterThan } from '../../../platform/http/windows.js';
import { Optional } from '../../../platform/http/optional.js';

/** Query of the delivery log. */
export class DeliveriesQuery extends CursorAndLimitQuery {
  @ApiPropertyOptional({ enum: DELIVERY_STATUSES })
  @Optional()
  @IsIn(DELIVERY_STATUSES, { message: `status must be one of ${DELIVERY_STATUSES.join(', ')}` })
  status?: DeliveryStatus;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'Only events at or after this time.',
  })
  @Optional()
  @IsInstant()
  since?: string;
}

/** The events to send again. */
export class ReplayRequest {
  @ApiProperty({ format: 'date-time', example: '2026-11-21T00:00:00Z' })
  @IsInstant()
  since!: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Default: now.' })
  @Optional()
  @IsInstant()
  @IsLaterThan('since')
  until?: string;

  @ApiPropertyOptional({ enum: ['failed'], description: 'Only failed deliveries.' })
  @Optional()
  @IsIn(['failed'], { message: 'status must be "failed", or be omitted' })
  status?: 'failed';
}
