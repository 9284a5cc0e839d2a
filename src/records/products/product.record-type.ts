import { defineRecordType } from '../record-types/record-type.js';
import { ProductInput } from './dto/product-input.dto.js';

/** The record type of products: its names, fields, references and scopes. */
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
