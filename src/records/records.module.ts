import { Module } from '@nestjs/common';
import { BatchesModule } from './batches/batches.module.js';
import { ProductsModule } from './products/products.module.js';
import { SuppliersModule } from './suppliers/suppliers.module.js';
import { SyncModule } from './engine/engine.module.js';

/** What ERPs sync. */
@Module({ imports: [SuppliersModule, ProductsModule, BatchesModule, SyncModule], exports: [SyncModule] })
export class RecordsModule {}
