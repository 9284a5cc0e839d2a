import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { DDS_STATUSES, type DdsStatus } from '../dds.entity.js';

const nullableText = { type: String, nullable: true } as const;

class DdsProduct {
  @ApiProperty({ example: 'prd_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'Arabica, Bourbon, washed' })
  name!: string;

  @ApiProperty({ ...nullableText, example: '090111' })
  hsCode!: string | null;
}

class DdsSupplier {
  @ApiProperty({ example: 'sup_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'Fazenda Santa Inês' })
  name!: string;

  @ApiProperty({ ...nullableText, example: 'BR' })
  country!: string | null;
}

class DdsSubmission {
  @ApiProperty({ example: 'dds_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ enum: DDS_STATUSES, example: 'DRAFT' })
  status!: DdsStatus;

  @ApiProperty({ example: 'DDS-20261122-M1S3C1V9Y7TA' })
  ddsNumber!: string;

  @ApiProperty({ ...nullableText, format: 'date-time', example: null })
  submittedAt!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  createdAt!: string;
}

/** A batch and the Due Diligence Statements that cover it. */
@ApiExtraModels(DdsSupplier)
export class BatchDdsResponse {
  @ApiProperty({ example: 'LOT-2026-0042' })
  batchExternalId!: string;

  @ApiProperty({ example: '2026-0042' })
  batchNumber!: string;

  @ApiProperty({ example: 'bat_01kan2x5v6fkrb3m1s3c1v9y7t' })
  internalBatchId!: string;

  @ApiProperty({ type: DdsProduct })
  product!: DdsProduct;

  @ApiProperty({
    oneOf: [{ $ref: getSchemaPath(DdsSupplier) }, { type: 'object', nullable: true, enum: [null] }],
    description: 'The supplier of the batch. If it has none, the supplier of its product.',
  })
  supplier!: DdsSupplier | null;

  @ApiProperty({
    ...nullableText,
    description: 'Number of the open DDS, or of the latest one.',
    example: 'DDS-20261122-M1S3C1V9Y7TA',
  })
  ddsNumber!: string | null;

  @ApiProperty({
    enum: [...DDS_STATUSES, null],
    nullable: true,
    description:
      '`APPROVED`: the EU status is `AVAILABLE`, `GROUPED` or `ARCHIVED`. `REJECTED`: it is `REJECTED`, `WITHDRAWN` or `OBSOLETE`. null: no DDS yet.',
    example: 'DRAFT',
  })
  ddsStatus!: DdsStatus | null;

  @ApiProperty({ ...nullableText, description: 'Assigned by the EU system.', example: null })
  referenceNumber!: string | null;

  @ApiProperty({ ...nullableText, description: 'Assigned by the EU system.', example: null })
  verificationNumber!: string | null;

  @ApiProperty({ ...nullableText, description: 'The status in the EU system.', example: null })
  euStatus!: string | null;

  @ApiProperty({ type: [DdsSubmission], description: 'Every DDS that covers the batch, newest first.' })
  ddsSubmissions!: DdsSubmission[];
}
