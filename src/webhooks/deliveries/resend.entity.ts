import { Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, shapes } from '../../platform/database/columns.js';

/** The end of the due times that are reserved for an endpoint's redeliveries and replays. */
@Entity('webhook_resends')
export class Resend {
  @PrimaryColumn(shapes.id())
  webhookId!: string;

  @InstantColumn()
  endsAt!: Date;
}
