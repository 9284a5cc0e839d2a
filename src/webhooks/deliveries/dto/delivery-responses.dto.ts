import { ApiProperty } from '@nestjs/swagger';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../delivery.entity.js';

const INSTANT = '2026-11-22T08:00:00.000Z';
const EVENT_ID = 'evt_01kan2x5v6fkrb3m1s3c1v9y7t_0';

/** One HTTP request to the endpoint. */
export class AttemptResponse {
  @ApiProperty({ format: 'date-time', example: INSTANT })
  at!: string;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'null if there was no response.',
    example: 200,
  })
  statusCode!: number | null;

  @ApiProperty({ example: 41 })
  durationMs!: number;

  @ApiProperty({ description: 'First kilobyte of the response.', example: 'ok' })
  answer!: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  error!: string | null;
}

/** The delivery of one event to the endpoint. */
export class DeliveryResponse {
  @ApiProperty({ example: EVENT_ID })
  id!: string;

  @ApiProperty({ description: 'Sent as header `webhook-id`.', example: EVENT_ID })
  eventId!: string;

  @ApiProperty({ example: 'batch.created' })
  event!: string;

  @ApiProperty({ enum: DELIVERY_STATUSES, example: 'SUCCEEDED' })
  status!: DeliveryStatus;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why it failed without being sent. Absent otherwise.',
    example: null,
  })
  reason!: string | null;

  @ApiProperty({ format: 'date-time', example: INSTANT })
  createdAt!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'null while an attempt runs or is due now, and after the last attempt.',
    example: null,
  })
  nextAttemptAt!: string | null;

  @ApiProperty({
    type: [AttemptResponse],
    description: 'The last 20 attempts, oldest first. `…/attempts` lists all.',
  })
  attempts!: AttemptResponse[];
}

/** A page of the delivery log. */
export class DeliveriesResponse {
  @ApiProperty({ type: [DeliveryResponse], description: 'Newest first.' })
  deliveries!: DeliveryResponse[];

  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor!: string | null;
}

/** A page of the attempts to deliver an event. */
export class AttemptsResponse {
  @ApiProperty({ type: [AttemptResponse], description: 'Oldest first.' })
  attempts!: AttemptResponse[];

  @ApiProperty({ type: 'integer', description: 'Number of attempts on all pages.', example: 1 })
  total!: number;

  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor!: string | null;
}

/** The number of events that were queued again. */
export class QueuedResponse {
  @ApiProperty({ description: 'Number of events that will be sent again.', example: 1 })
  queued!: number;
}
