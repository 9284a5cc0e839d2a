import { Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, RefColumn, shapes } from '../../platform/database/columns.js';

/** The event set of one write transaction, in the order of the integration's commits. */
@Entity('change_log')
@Index('ix_change_log_created', ['createdAt'])
@Index('ix_change_log_set', ['setId'])
export class ChangeLogEntry {
  @PrimaryColumn(shapes.id())
  integrationId!: string;

  @PrimaryColumn(shapes.bigInt())
  sequence!: number;

  @RefColumn()
  setId!: string;

  @InstantColumn()
  createdAt!: Date;
}
