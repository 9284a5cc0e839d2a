import { defineRecordType } from '../record-types/record-type.js';
import { ProductInput } from './dto/product-input.dto.js';

/** What sets products apart from the other record types. */
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
