import { Module } from '@nestjs/common';
import { BatchesModule } from './batches/batches.module.js';
import { ChangesModule } from './changes/changes.module.js';
import { ProductsModule } from './products/products.module.js';
import { SuppliersModule } from './suppliers/suppliers.module.js';
import { SyncLogsModule } from './sync-logs/sync-logs.module.js';
import { SyncStatusModule } from './sync-status/sync-status.module.js';

/**
 * The records that ERPs sync. Record types register in the order of these imports, and messages list them in
 * it.
 */
@Module({
  imports: [SuppliersModule, ProductsModule, BatchesModule, SyncStatusModule, SyncLogsModule, ChangesModule],
})
export class RecordsModule {}
