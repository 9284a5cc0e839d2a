import { Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, IntColumn, shapes } from '../../platform/database/columns.js';

/** The requests of a credential on one day. */
@Entity('usage_days')
export class UsageDay {
  @PrimaryColumn(shapes.id())
  companyId!: string;

  /** In UTC. */
  @PrimaryColumn(shapes.code(10))
  day!: string;

  @PrimaryColumn(shapes.id())
  credentialId!: string;

  @IntColumn()
  requests!: number;

  /** Requests with a status of 400 or above. */
  @IntColumn()
  errors!: number;

  @InstantColumn()
  lastUsedAt!: Date;
}
