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

/** One event on its way to one endpoint. */
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

  /** When it may next be sent. */
  @InstantColumn()
  dueAt!: Date;

  /** Whether redelivery or replay has asked for it: it is kept to a pace. */
  @BoolColumn({ default: 0 })
  resent!: boolean;

  /** Each redelivery and replay begins a new one: what came of an attempt of an earlier one does not end it. */
  @IntColumn({ default: 0 })
  round!: number;

  /** Attempts of the current round. */
  @IntColumn()
  tries!: number;

  @InstantColumn({ nullable: true })
  triedAt!: Date | null;

  /** Why it was given up, where that was not for its last attempt. */
  @TextColumn(500, { nullable: true })
  reason!: string | null;

  @InstantColumn()
  createdAt!: Date;
}

/** One exchange with an endpoint about an event. */
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

  /** Null where no answer came. */
  @IntColumn({ nullable: true })
  statusCode!: number | null;

  @IntColumn()
  durationMs!: number;

  /** The first kilobyte of the answer. */
  @BigTextColumn()
  answer!: string;

  @TextColumn(500, { nullable: true })
  error!: string | null;
}
