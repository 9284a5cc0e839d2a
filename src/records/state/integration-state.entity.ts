import { Entity } from 'typeorm';
import { BigIntColumn, IdColumn } from '../../platform/database/columns.js';

/**
 * One row per integration. Every transaction that writes its records updates this row as its last statement:
 * the sequence puts those transactions in the order of their commits, and the counts are the exact number of
 * live records at every commit.
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

  /** The highest sequence whose changes are no longer kept; null while all are. */
  @BigIntColumn({ nullable: true })
  sweptTo!: number | null;
}
