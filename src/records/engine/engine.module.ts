import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../../idempotency/idempotency.module.js';
import { RecordTypesModule } from '../record-types/record-types.module.js';
import { SyncLogsModule } from '../sync-logs/sync-logs.module.js';
import { FailedRuns } from './failed-runs.js';
import { RecordPutter } from './record-putter.js';
import { RecordReader } from './record-reader.js';
import { RecordRemover } from './record-remover.js';
import { UpsertEngine } from './upsert.engine.js';

/** Writes, reads and deletes records of every type. Exports what a controller of a record type needs. */
@Module({
  imports: [IdempotencyModule, RecordTypesModule, SyncLogsModule],
  providers: [FailedRuns, RecordPutter, RecordReader, RecordRemover, UpsertEngine],
  exports: [IdempotencyModule, RecordTypesModule, RecordPutter, RecordReader, RecordRemover, UpsertEngine],
})
export class RecordEngineModule {}
