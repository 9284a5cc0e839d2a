import { defineRecordType } from '../record-types/record-type.js';
import { SupplierInput } from './dto/supplier-input.dto.js';

/** The record type of suppliers: its names, fields, references and scopes. */
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
