import { Inject, Module } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { recordController } from '../engine/record.controller.js';
import { RecordRegistry } from '../record-types/record-registry.js';
import { defineRecordType } from '../record-types/record-type.js';
import { SyncModule } from '../engine/engine.module.js';
import { ProductInput } from './dto/product-input.dto.js';

export const PRODUCT = defineRecordType({
  entityType: 'PRODUCT',
  label: 'Product',
  plural: 'products',
  idPrefix: 'prd',
  input: ProductInput,
  exampleId: 'ITEM-0901',
  nameField: 'name',
  references: [{ field: 'supplierExternalId', column: 'supplier_id', to: 'SUPPLIER' }],
  readScope: 'integration:products:read',
  writeScope: 'integration:products:write',
});

@ApiTags('Integration: products')
class ProductsController extends recordController(PRODUCT) {}

@Module({ imports: [SyncModule], controllers: [ProductsController] })
export class ProductsModule {
  constructor(@Inject(RecordRegistry) registry: RecordRegistry) {
    registry.add(PRODUCT);
  }
}
