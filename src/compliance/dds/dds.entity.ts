import { Entity, Index, PrimaryColumn } from 'typeorm';
import { CodeColumn, IdColumn, InstantColumn, RefColumn, shapes } from '../../platform/database/columns.js';

export const DDS_ID_PREFIX = 'dds';

export const DDS_STATUSES = ['DRAFT', 'SUBMITTED', 'APPROVED', 'REJECTED'] as const;
export type DdsStatus = (typeof DDS_STATUSES)[number];

/**
 * A Due Diligence Statement of a company, covering one or more batches.
 * @see Regulation (EU) 2023/1115, Articles 4 and 33
 */
@Entity('dds')
@Index('uq_dds_number', ['companyId', 'ddsNumber'], { unique: true })
export class Dds {
  @IdColumn()
  id!: string;

  @RefColumn()
  companyId!: string;

  /** The company's own number for it: the internal reference number of the EU system. */
  @CodeColumn(50)
  ddsNumber!: string;

  @CodeColumn(20)
  status!: DdsStatus;

  /** Given by the EU system. */
  @CodeColumn(50, { nullable: true })
  referenceNumber!: string | null;

  /** Given by the EU system. */
  @CodeColumn(50, { nullable: true })
  verificationNumber!: string | null;

  /** The status in the EU system, in its own words: `AVAILABLE`, `WITHDRAWN` and so on. */
  @CodeColumn(30, { nullable: true })
  euStatus!: string | null;

  @InstantColumn({ nullable: true })
  submittedAt!: Date | null;

  @InstantColumn()
  createdAt!: Date;

  @InstantColumn()
  updatedAt!: Date;
}

/** Which batches a DDS covers. */
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

  /** The batch's id while the DDS is open (`DRAFT`, `SUBMITTED`), else null: its unique key allows one open DDS. */
  @RefColumn({ nullable: true })
  openBatchId!: string | null;
}
