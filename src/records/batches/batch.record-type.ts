import { defineRecordType } from '../record-types/record-type.js';
import { BatchInput } from './dto/batch-input.dto.js';
import { BatchesUpsertResponse } from './dto/batches-upsert-response.dto.js';

/** The record type of batches: its names, fields, references and scopes. */
export const BATCH = defineRecordType({
  entityType: 'BATCH',
  label: 'Batch',
  plural: 'batches',
  idPrefix: 'bat',
  input: BatchInput,
  exampleId: 'LOT-2026-0042',
  nameField: 'batchNumber',
  references: [
    { field: 'productExternalId', column: 'product_id', to: 'PRODUCT' },
    { field: 'supplierExternalId', column: 'supplier_id', to: 'SUPPLIER' },
  ],
  dateOrder: { first: 'receivedDate', second: 'expiryDate' },
  readScope: 'integration:batches:read',
  writeScope: 'integration:batches:write',
  bulkFlags: ['autoCreateDDS'],
  bulkAnswer: BatchesUpsertResponse,
  bulkDescription:
    '`autoCreateDDS` creates a `DRAFT` DDS for each accepted batch without an open one (`DRAFT` or `SUBMITTED`).',
});
