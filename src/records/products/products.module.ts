import { Module, type OnModuleInit } from '@nestjs/common';
import { RecordEngineModule } from '../engine/engine.module.js';
import { RecordRegistry } from '../record-types/record-registry.js';
import { PRODUCT } from './product.record-type.js';
import { ProductsController } from './products.controller.js';

/** Registers the record type of products and serves its routes. */
@Module({ imports: [RecordEngineModule], controllers: [ProductsController] })
export class ProductsModule implements OnModuleInit {
  constructor(private readonly registry: RecordRegistry) {}

  onModuleInit(): void {
    this.registry.add(PRODUCT);
  }
}
