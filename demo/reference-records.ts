import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createOpenApiDocument } from '../src/reference/openapi/document.js';
import type { ErpBatch, ErpExport, ErpProduct, ErpSupplier } from './lots.js';

type Schemas = Record<string, { properties: Record<string, { example?: unknown }> }>;

/** The records that the examples of the API reference name, so that its calls answer something as they stand. */
export function referenceRecords(app: NestFastifyApplication): ErpExport {
  const schemas = createOpenApiDocument(app).components?.schemas as Schemas;
  const exampleOf = (name: string): object =>
    Object.fromEntries(
      Object.entries(schemas[name]?.properties ?? {}).map(([field, { example }]) => [field, example]),
    );
  const { externalIds } = exampleOf('SyncStatusRequest') as { externalIds: string[] };
  const supplier = exampleOf('SupplierInput') as ErpSupplier;
  return {
    suppliers: externalIds.map((externalId) => ({ ...supplier, externalId })),
    products: [exampleOf('ProductInput') as ErpProduct],
    batches: [exampleOf('BatchInput') as ErpBatch],
  };
}
