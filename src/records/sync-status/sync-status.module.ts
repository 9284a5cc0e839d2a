import { Module } from '@nestjs/common';
import { RecordEngineModule } from '../engine/engine.module.js';
import { SyncStatusController } from './sync-status.controller.js';

/** How many records there are, and how each one stands. */
@Module({ imports: [RecordEngineModule], controllers: [SyncStatusController] })
export class SyncStatusModule {}
