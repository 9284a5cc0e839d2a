import { Injectable } from '@nestjs/common';
import { raceOnDuplicate } from '../../platform/database/database-errors.js';
import type { Tx } from '../../platform/database/database.js';
import { placeholders, rowPlaceholders } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { newId } from '../../platform/ids/ids.js';
import type { Owner } from '../../integrations/owner.js';
import type { AcceptedRow } from '../../records/record-types/record-hooks.js';
import { ddsNumberOf } from './dds-number.js';
import { DDS_ID_PREFIX } from './dds.entity.js';

/** A draft that was created for a batch. */
export interface CreatedDraft {
  batchExternalId: string;
  ddsId: string;
  ddsNumber: string;
}

/**
 * Creates and deletes drafts of Due Diligence Statements in the transaction that writes or deletes their
 * batches.
 */
@Injectable()
export class DdsDrafts {
  /**
   * Creates a draft for each batch without an open statement. Two concurrent calls create only one: the rows
   * of the batches are locked, and the unique key on the open batch catches the rest.
   */
  async createMissing(tx: Tx, owner: Owner, batches: AcceptedRow[]): Promise<CreatedDraft[]> {
    const covered = await this.covered(tx, owner, batches);
    const bare = batches.filter(({ id }) => !covered.has(id));
    if (bare.length === 0) return [];
    const now = new Date();
    const drafts = bare.map((batch) => draftOf(batch, now));
    await tx.write(
      `INSERT INTO dds (id, company_id, dds_number, status, created_at, updated_at)
       VALUES ${rowPlaceholders(drafts.length, 6)}`,
      drafts.flatMap(({ id, ddsNumber }) => [
        id,
        owner.companyId,
        ddsNumber,
        'DRAFT',
        toSqlInstant(now),
        toSqlInstant(now),
      ]),
    );
    const links = drafts.flatMap(({ id, batch }) => [id, batch.id, owner.companyId, batch.id]);
    await tx
      .write(
        `INSERT INTO dds_batch (dds_id, batch_id, company_id, open_batch_id) VALUES ${rowPlaceholders(drafts.length, 4)}`,
        links,
      )
      .catch(raceOnDuplicate);
    return drafts.map(({ id, ddsNumber, batch }) => ({
      batchExternalId: batch.externalId,
      ddsId: id,
      ddsNumber,
    }));
  }

  /**
   * Prepares the deletion of a batch: removes it from its drafts, and deletes drafts that cover no other
   * batch.
   * A batch with a submitted statement must stay, because operators keep their statements and what these
   * cover for five years (Article 9(1) of the Regulation).
   * @throws CONFLICT with the number of statements that cover the batch
   */
  async releaseBatch(tx: Tx, owner: Owner, batch: AcceptedRow): Promise<void> {
    const statements = await tx.select<{ id: string; status: string }>(
      `SELECT d.id, d.status FROM dds_batch b JOIN dds d ON d.id = b.dds_id AND d.company_id = b.company_id
       WHERE b.batch_id = ? AND b.company_id = ?`,
      [batch.id, owner.companyId],
    );
    const kept = statements.filter(({ status }) => status !== 'DRAFT').length;
    if (kept > 0) {
      throw CommonErrors.conflict.error({
        message: `Batch "${batch.externalId}" cannot be deleted: it is covered by ${kept} submitted Due Diligence Statement${kept > 1 ? 's' : ''}.`,
        details: { referredToBy: { dds: kept } },
      });
    }
    await tx.write('DELETE FROM dds_batch WHERE batch_id = ? AND company_id = ?', [
      batch.id,
      owner.companyId,
    ]);
    for (const { id } of statements) {
      await tx.write(
        `DELETE FROM dds WHERE id = ? AND company_id = ? AND status = 'DRAFT'
           AND NOT EXISTS (SELECT 1 FROM dds_batch b WHERE b.dds_id = ?)`,
        [id, owner.companyId, id],
      );
    }
  }

  private async covered(tx: Tx, owner: Owner, batches: AcceptedRow[]): Promise<Set<string>> {
    if (batches.length === 0) return new Set();
    const rows = await tx.select<{ open_batch_id: string }>(
      `SELECT open_batch_id FROM dds_batch WHERE company_id = ? AND open_batch_id IN (${placeholders(batches.length)})`,
      [owner.companyId, ...batches.map(({ id }) => id)],
    );
    return new Set(rows.map((row) => row.open_batch_id));
  }
}

function draftOf(batch: AcceptedRow, now: Date): { batch: AcceptedRow; id: string; ddsNumber: string } {
  const id = newId(DDS_ID_PREFIX);
  return { batch, id, ddsNumber: ddsNumberOf(id, now) };
}
