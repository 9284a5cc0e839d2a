import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { toIsoInstant, toIsoInstantOrNull } from '../../platform/database/instant.js';
import type { Owner } from '../../integrations/owner.js';
import { RecordErrors } from '../../records/record-types/record.errors.js';
import type { DdsStatus } from './dds.entity.js';
import type { BatchDdsResponse } from './dto/batch-dds.dto.js';

interface BatchRow {
  id: string;
  external_id: string;
  batch_number: string;
  product_id: string;
  product_name: string;
  hs_code: string | null;
  supplier_id: string | null;
  supplier_name: string;
  country: string | null;
}

interface StatementRow {
  id: string;
  status: DdsStatus;
  dds_number: string;
  reference_number: string | null;
  verification_number: string | null;
  eu_status: string | null;
  submitted_at: string | null;
  created_at: string;
  open_batch_id: string | null;
}

const BATCH = `
  SELECT b.id, b.external_id, b.batch_number, p.id AS product_id, p.name AS product_name, p.hs_code,
         s.id AS supplier_id, s.name AS supplier_name, s.country
  FROM batches b
  JOIN products p ON p.id = b.product_id AND p.company_id = b.company_id
  LEFT JOIN suppliers s ON s.id = COALESCE(b.supplier_id, p.supplier_id) AND s.company_id = b.company_id
  WHERE b.integration_id = ? AND b.company_id = ? AND b.external_id = ? AND b.deleted_at IS NULL`;

const STATEMENTS = `
  SELECT d.id, d.status, d.dds_number, d.reference_number, d.verification_number, d.eu_status, d.submitted_at,
         d.created_at, l.open_batch_id
  FROM dds_batch l
  JOIN dds d ON d.id = l.dds_id AND d.company_id = l.company_id
  WHERE l.batch_id = ? AND l.company_id = ?
  ORDER BY d.id DESC`;

/** Returns the Due Diligence Statements of batches. */
@Injectable()
export class DdsService {
  constructor(private readonly database: Database) {}

  /** @throws NOT_FOUND if the integration does not have the batch */
  async ofBatch(owner: Owner, externalId: string): Promise<BatchDdsResponse> {
    const ids = [owner.integrationId, owner.companyId, externalId];
    const [batch] = await this.database.select<BatchRow>(BATCH, ids);
    if (batch?.external_id !== externalId) throw RecordErrors.notFound({ label: 'Batch' }, externalId);
    const statements = await this.database.select<StatementRow>(STATEMENTS, [batch.id, owner.companyId]);
    const current = statements.find((statement) => statement.open_batch_id !== null) ?? statements[0];
    return {
      batchExternalId: externalId,
      batchNumber: batch.batch_number,
      internalBatchId: batch.id,
      product: { id: batch.product_id, name: batch.product_name, hsCode: batch.hs_code },
      supplier: batch.supplier_id === null ? null : supplierOf(batch, batch.supplier_id),
      ddsNumber: current?.dds_number ?? null,
      ddsStatus: current?.status ?? null,
      referenceNumber: current?.reference_number ?? null,
      verificationNumber: current?.verification_number ?? null,
      euStatus: current?.eu_status ?? null,
      ddsSubmissions: statements.map(submissionOf),
    };
  }
}

function supplierOf(batch: BatchRow, id: string): BatchDdsResponse['supplier'] {
  return { id, name: batch.supplier_name, country: batch.country };
}

function submissionOf(row: StatementRow): BatchDdsResponse['ddsSubmissions'][number] {
  return {
    id: row.id,
    status: row.status,
    ddsNumber: row.dds_number,
    submittedAt: toIsoInstantOrNull(row.submitted_at),
    createdAt: toIsoInstant(row.created_at),
  };
}
