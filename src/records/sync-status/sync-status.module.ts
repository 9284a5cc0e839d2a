import { Module } from '@nestjs/common';
import { RecordEngineModule } from '../engine/engine.module.js';
import { SyncStatusController } from './sync-status.controller.js';

/** The number of records, and the sync status of each. */
@Module({ imports: [RecordEngineModule], controllers: [SyncStatusController] })
export class SyncStatusModule {}
