import { Inject, Module } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { recordController } from '../engine/record.controller.js';
import { RecordRegistry } from '../record-types/record-registry.js';
import { defineRecordType } from '../record-types/record-type.js';
import { SyncModule } from '../engine/engine.module.js';
import { SupplierInput } from './dto/supplier-input.dto.js';

export const SUPPLIER = defineRecordType({
  entityType: 'SUPPLIER',
  label: 'Supplier',
  plural: 'suppliers',
  idPrefix: 'sup',
  input: SupplierInput,
  exampleId: 'SUP-001',
  nameField: 'name',
  references: [],
  readScope: 'integration:suppliers:read',
  writeScope: 'integration:suppliers:write',
});

@ApiTags('Integration: suppliers')
class SuppliersController extends recordController(SUPPLIER) {}

@Module({ imports: [SyncModule], controllers: [SuppliersController] })
export class SuppliersModule {
  constructor(@Inject(RecordRegistry) registry: RecordRegistry) {
    registry.add(SUPPLIER);
  }
}
