import { Dds, DdsBatch } from '../../../src/compliance/dds/dds.entity.js';
import { newId } from '../../../src/platform/ids/ids.js';
import type { TestApp } from '../app/app.js';
import type { Erp } from '../app/factories.js';

let serial = 0;

/**
 * Inserts a statement as a submission to the EU Information System would leave it.
 * @param batchIds internal ids of the covered batches
 */
export async function givenDds(
  app: TestApp,
  erp: Erp,
  batchIds: string[],
  more: Partial<Dds> = {},
): Promise<Dds> {
  const at = new Date(Date.UTC(2026, 0, 1) + (serial += 1) * 1000);
  const dds: Dds = {
    id: newId('dds'),
    companyId: erp.companyId,
    ddsNumber: `DDS-TEST-${serial}`,
    status: 'DRAFT',
    referenceNumber: null,
    verificationNumber: null,
    euStatus: null,
    submittedAt: null,
    createdAt: at,
    updatedAt: at,
    ...more,
  };
  const open = dds.status === 'DRAFT' || dds.status === 'SUBMITTED';
  await app.database.transaction(async (tx) => {
    await tx.manager.insert(Dds, dds);
    for (const batchId of batchIds) {
      const row = { ddsId: dds.id, batchId, companyId: erp.companyId, openBatchId: open ? batchId : null };
      await tx.manager.insert(DdsBatch, row);
    }
  });
  return dds;
}

/** Changes the status of a statement, as a response of the EU Information System would. */
export async function moveDds(app: TestApp, dds: Dds, change: Partial<Dds>): Promise<void> {
  const closed = change.status === 'APPROVED' || change.status === 'REJECTED';
  await app.database.transaction(async (tx) => {
    await tx.manager.update(Dds, { id: dds.id }, change);
    if (closed) await tx.manager.update(DdsBatch, { ddsId: dds.id }, { openBatchId: null });
  });
}
