import { AccessEpochRow } from './access/auth/access-epoch.entity.js';
import { Company } from './access/companies/company.entity.js';
import { Integration } from './access/integrations/integration.entity.js';
import { Token } from './access/tokens/token.entity.js';
import { Dds, DdsBatch } from './compliance/dds/dds.entity.js';
import type { Schema } from './platform/database/data-source.js';
import { MainJob1763769600000 } from './platform/database/migrations/1763769600000-main-job.js';
import { SafeStore1763856000000 } from './platform/database/migrations/1763856000000-safe-store.js';
import { SafeStoreKey } from './platform/safe-store/safe-store-key.entity.js';
import { Batch } from './records/batches/batch.entity.js';
import { Product } from './records/products/product.entity.js';
import { Supplier } from './records/suppliers/supplier.entity.js';
import { SyncLog } from './records/sync/logs/sync-log.entity.js';
import { IntegrationState } from './records/sync/state/integration-state.entity.js';

/** All tables of the product, and the migrations that make them, in order. */
export const SCHEMA: Schema = {
  entities: [
    AccessEpochRow,
    Batch,
    Company,
    Dds,
    DdsBatch,
    Integration,
    IntegrationState,
    Product,
    SafeStoreKey,
    Supplier,
    SyncLog,
    Token,
  ],
  migrations: [MainJob1763769600000, SafeStore1763856000000],
};
