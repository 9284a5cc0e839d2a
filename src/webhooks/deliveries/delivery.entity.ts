import { Entity, Index, PrimaryColumn } from 'typeorm';
import {
  BigTextColumn,
  BoolColumn,
  CodeColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  RefColumn,
  shapes,
  TextColumn,
} from '../../platform/database/columns.js';

export const ATTEMPT_ID_PREFIX = 'att';

export const DELIVERY_STATUSES = ['PENDING', 'SUCCEEDED', 'FAILED'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** The delivery of one event to one endpoint. */
@Entity('webhook_deliveries')
@Index('ix_webhook_deliveries_queues', ['webhookId', 'status', 'resent', 'dueAt'])
@Index('ix_webhook_deliveries_status', ['webhookId', 'status', 'setId', 'position'])
export class Delivery {
  @PrimaryColumn(shapes.id())
  webhookId!: string;

  @PrimaryColumn(shapes.id())
  setId!: string;

  @PrimaryColumn(shapes.int())
  position!: number;

  @CodeColumn(40)
  event!: string;

  @CodeColumn(10)
  status!: DeliveryStatus;

  /** Earliest time of the next attempt. */
  @InstantColumn()
  dueAt!: Date;

  /** Whether a redelivery or replay has queued it. Such deliveries have a rate limit. */
  @BoolColumn({ default: 0 })
  resent!: boolean;

  /**
   * Each redelivery and replay starts a new round. The result of an attempt from an earlier round does not
   * end the delivery.
   */
  @IntColumn({ default: 0 })
  round!: number;

  /** Number of attempts in the current round. */
  @IntColumn()
  tries!: number;

  @InstantColumn({ nullable: true })
  triedAt!: Date | null;

  /** Why the delivery was given up, if not because its last attempt failed. */
  @TextColumn(500, { nullable: true })
  reason!: string | null;

  @InstantColumn()
  createdAt!: Date;
}

/** One HTTP request to an endpoint about one event. */
@Entity('webhook_attempts')
@Index('ix_webhook_attempts_order', ['webhookId', 'setId', 'position', 'id'])
export class DeliveryAttempt {
  @IdColumn()
  id!: string;

  @RefColumn()
  webhookId!: string;

  @RefColumn()
  setId!: string;

  @IntColumn()
  position!: number;

  @InstantColumn()
  at!: Date;

  /** Null if no response came. */
  @IntColumn({ nullable: true })
  statusCode!: number | null;

  @IntColumn()
  durationMs!: number;

  /** The first kilobyte of the response. */
  @BigTextColumn()
  answer!: string;

  @TextColumn(500, { nullable: true })
  error!: string | null;
}
