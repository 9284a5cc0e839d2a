import { Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, shapes } from '../../platform/database/columns.js';

/** By when all that an endpoint is to be sent again, by redelivery or replay, will have been sent. */
@Entity('webhook_resends')
export class Resend {
  @PrimaryColumn(shapes.id())
  webhookId!: string;

  @InstantColumn()
  endsAt!: Date;
}
