import { Entity } from 'typeorm';
import { BigIntColumn, IdColumn } from '../../platform/database/columns.js';

/**
 * One row for each integration.
 * Every transaction that writes its records updates this row as its last statement. The sequence number
 * orders these transactions by commit, and the counts are the exact numbers of live records.
 */
@Entity('integration_state')
export class IntegrationState {
  @IdColumn()
  integrationId!: string;

  @BigIntColumn()
  sequence!: number;

  @BigIntColumn()
  suppliers!: number;

  @BigIntColumn()
  products!: number;

  @BigIntColumn()
  batches!: number;

  /** The highest sequence number whose changes were deleted; null if none were. */
  @BigIntColumn({ nullable: true })
  sweptTo!: number | null;
}
