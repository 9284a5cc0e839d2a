import { Inject, Module } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { UpsertAnswer } from '../engine/dto/record-answers.dto.js';
import { recordController } from '../engine/record.controller.js';
import { RecordRegistry } from '../record-types/record-registry.js';
import { defineRecordType } from '../record-types/record-type.js';
import { SyncModule } from '../engine/engine.module.js';
import { BatchInput } from './dto/batch-input.dto.js';

class CreatedDds {
  @ApiProperty({ example: 'LOT-2026-0042' })
  batchExternalId!: string;

  @ApiProperty({ example: 'dds_01kan2x5v6fkrb3m1s3c1v9y7t' })
  ddsId!: string;
}

/** The answer to a bulk call of batches. */
export class BatchesUpsertAnswer extends UpsertAnswer {
  @ApiProperty({ type: [CreatedDds], description: 'The drafts that `autoCreateDDS` made.' })
  ddsCreated!: CreatedDds[];
}

export const BATCH = defineRecordType({
  entityType: 'BATCH',
  label: 'Batch',
  plural: 'batches',
  idPrefix: 'bat',
  input: BatchInput,
  exampleId: 'LOT-2026-0042',
  nameField: 'batchNumber',
  references: [
    { field: 'productExternalId', column: 'product_id', to: 'PRODUCT' },
    { field: 'supplierExternalId', column: 'supplier_id', to: 'SUPPLIER' },
  ],
  readScope: 'integration:batches:read',
  writeScope: 'integration:batches:write',
  bulkFlags: ['autoCreateDDS'],
  bulkAnswer: BatchesUpsertAnswer,
  bulkDescription:
    '`autoCreateDDS` makes a `DRAFT` Due Diligence Statement for each accepted batch that has none open (`DRAFT` or `SUBMITTED`).',
});

@ApiTags('Integration: batches')
class BatchesController extends recordController(BATCH) {}

@Module({ imports: [SyncModule], controllers: [BatchesController] })
export class BatchesModule {
  constructor(@Inject(RecordRegistry) registry: RecordRegistry) {
    registry.add(BATCH);
  }
}
