import { Module, type OnModuleInit } from '@nestjs/common';
import { RecordEngineModule } from '../engine/engine.module.js';
import { RecordRegistry } from '../record-types/record-registry.js';
import { BATCH } from './batch.record-type.js';
import { BatchesController } from './batches.controller.js';

/** Registers the record type of batches and serves its routes. */
@Module({ imports: [RecordEngineModule], controllers: [BatchesController] })
export class BatchesModule implements OnModuleInit {
  constructor(private readonly registry: RecordRegistry) {}

  onModuleInit(): void {
    this.registry.add(BATCH);
  }
}
