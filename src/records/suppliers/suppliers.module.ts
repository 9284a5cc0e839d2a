import { Module, type OnModuleInit } from '@nestjs/common';
import { RecordEngineModule } from '../engine/engine.module.js';
import { RecordRegistry } from '../record-types/record-registry.js';
import { SUPPLIER } from './supplier.record-type.js';
import { SuppliersController } from './suppliers.controller.js';

/** Registers the record type of suppliers and serves its routes. */
@Module({ imports: [RecordEngineModule], controllers: [SuppliersController] })
export class SuppliersModule implements OnModuleInit {
  constructor(private readonly registry: RecordRegistry) {}

  onModuleInit(): void {
    this.registry.add(SUPPLIER);
  }
}
