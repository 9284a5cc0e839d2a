import { Module } from '@nestjs/common';
import { RecordReader } from './engine/record-reader.js';
import { RecordRemover } from './engine/record-remover.js';
import { UpsertEngine } from './engine/upsert.engine.js';
import { SyncLogs } from './logs/sync-logs.js';
import { RecordHooks } from './record-hooks.js';
import { RecordRegistry } from './record-registry.js';
import { SyncController } from './sync.controller.js';

/** What the record types share: the engine that writes them, the readers, the logs and the hooks. */
@Module({
  controllers: [SyncController],
  providers: [RecordHooks, RecordReader, RecordRegistry, RecordRemover, SyncLogs, UpsertEngine],
  exports: [RecordHooks, RecordReader, RecordRegistry, RecordRemover, UpsertEngine],
})
export class SyncModule {}
