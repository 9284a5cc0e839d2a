import { Entity, Index, PrimaryColumn } from 'typeorm';
import { CodeColumn, IdColumn, InstantColumn, RefColumn, shapes } from '../../platform/database/columns.js';

export const DDS_ID_PREFIX = 'dds';

export const DDS_STATUSES = ['DRAFT', 'SUBMITTED', 'APPROVED', 'REJECTED'] as const;
export type DdsStatus = (typeof DDS_STATUSES)[number];

/**
 * A Due Diligence Statement of a company. It covers one or more batches.
 * @see Regulation (EU) 2023/1115, Articles 4 and 33
 */
@Entity('dds')
@Index('uq_dds_number', ['companyId', 'ddsNumber'], { unique: true })
export class Dds {
  @IdColumn()
  id!: string;

  @RefColumn()
  companyId!: string;

  /**
   * The company's own number for the statement: the internal reference number in the EU Information System.
   */
  @CodeColumn(50)
  ddsNumber!: string;

  @CodeColumn(20)
  status!: DdsStatus;

  /** Assigned by the EU Information System. */
  @CodeColumn(50, { nullable: true })
  referenceNumber!: string | null;

  /** Assigned by the EU Information System. */
  @CodeColumn(50, { nullable: true })
  verificationNumber!: string | null;

  /** The status in the EU Information System, as that system names it: `AVAILABLE`, `WITHDRAWN` and so on. */
  @CodeColumn(30, { nullable: true })
  euStatus!: string | null;

  @InstantColumn({ nullable: true })
  submittedAt!: Date | null;

  @InstantColumn()
  createdAt!: Date;

  @InstantColumn()
  updatedAt!: Date;
}

/** A batch that a statement covers. */
@Entity('dds_batch')
@Index('uq_dds_batch_open', ['openBatchId'], { unique: true })
@Index('ix_dds_batch_batch', ['batchId', 'ddsId'])
export class DdsBatch {
  @PrimaryColumn(shapes.id())
  ddsId!: string;

  @PrimaryColumn(shapes.id())
  batchId!: string;

  @RefColumn()
  companyId!: string;

  /**
   * The batch's id while the statement is open (`DRAFT`, `SUBMITTED`), else null. The unique key allows only
   * one open statement per batch.
   */
  @RefColumn({ nullable: true })
  openBatchId!: string | null;
}
