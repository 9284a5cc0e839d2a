import { Entity, Index } from 'typeorm';
import {
  CalendarDateColumn,
  QuantityColumn,
  RefColumn,
  TextColumn,
} from '../../platform/database/columns.js';
import { RecordEntity } from '../record-types/record.entity.js';

/** A batch: a quantity of one product that was received together. */
@Entity('batches')
@Index('uq_batches_external', ['integrationId', 'externalId'], { unique: true })
@Index('ix_batches_live', ['integrationId', 'deletedAt', 'id'])
@Index('ix_batches_changed', ['integrationId', 'updatedAt', 'id'])
@Index('ix_batches_product', ['productId', 'deletedAt'])
@Index('ix_batches_supplier', ['supplierId', 'deletedAt'])
export class Batch extends RecordEntity {
  @RefColumn()
  productId!: string;

  @TextColumn(255)
  batchNumber!: string;

  @QuantityColumn({ nullable: true })
  quantity!: number | null;

  @TextColumn(32, { nullable: true })
  unit!: string | null;

  @CalendarDateColumn({ nullable: true })
  receivedDate!: string | null;

  @CalendarDateColumn({ nullable: true })
  expiryDate!: string | null;

  @RefColumn({ nullable: true })
  supplierId!: string | null;
}
