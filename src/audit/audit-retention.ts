import { Inject, Injectable } from '@nestjs/common';
import { Database, type Tx } from '../platform/database/database.js';
import { toSqlInstant } from '../platform/database/instant.js';
import { LOGGER, type Logger } from '../platform/logging/logger.js';
import { entryFlaw } from './audit-chain.js';
import { AuditCheckpoints } from './audit-checkpoints.js';
import { selectEntries } from './audit-rows.js';
import { AuditMacs, type ChainPoint, GENESIS } from './audit-macs.js';

const ENTRIES_PER_STEP = 500;

/** The result of one step. `isSound` is false if the step met an old entry that it must not delete. */
interface Cut {
  deleted: number;
  isSound: boolean;
}

/**
 * Deletes old entries and signs the point where it cut the chain.
 * It deletes only entries that it has verified, so an attacker cannot remove traces by making entries look
 * old. A chain that is not valid stays as evidence from the first problem on.
 */
@Injectable()
export class AuditRetention {
  /** The company that the current round has reached. */
  private reached = '';
  private readonly warnedOf = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly seals: AuditMacs,
    private readonly points: AuditCheckpoints,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Deletes at most 500 old entries of the next company.
   * @param before deletes entries older than this
   * @returns the number of companies found; 0 at the end of a round
   */
  async sweep(before: Date): Promise<number> {
    const companyId = await this.nextCompany(before);
    if (companyId === undefined) {
      this.reached = '';
      return 0;
    }
    const { deleted, isSound } = await this.cut(companyId, before);
    if (!isSound) this.warn(companyId);
    if (deleted < ENTRIES_PER_STEP) this.reached = companyId;
    return 1;
  }

  /** Returns the next company whose oldest entry is too old. */
  private async nextCompany(before: Date): Promise<string | undefined> {
    const [row] = await this.database.select<{ company_id: string }>(
      `SELECT h.company_id FROM audit_heads h LEFT JOIN audit_checkpoints c ON c.company_id = h.company_id
       JOIN audit_entries e ON e.company_id = h.company_id AND e.sequence = COALESCE(c.sequence, 0) + 1
       WHERE h.company_id > ? AND e.at < ? ORDER BY h.company_id LIMIT 1`,
      [this.reached, toSqlInstant(before)],
    );
    return row?.company_id;
  }

  /** Deletes and signs in one transaction. Other processes wait for the head's lock. */
  private cut(companyId: string, before: Date): Promise<Cut> {
    return this.database.transaction(async (tx) => {
      await this.points.lockHead(tx, companyId);
      const checkpoint = await this.points.find(tx, 'audit_checkpoints', companyId);
      if (checkpoint && checkpoint.standing !== 'sound') return { deleted: 0, isSound: false };
      const { end, isSound } = await this.soundUntil(tx, companyId, checkpoint ?? GENESIS, before);
      const deleted = await tx.write('DELETE FROM audit_entries WHERE company_id = ? AND sequence <= ?', [
        companyId,
        end.sequence,
      ]);
      if (deleted > 0) await this.points.put(tx, 'audit_checkpoints', companyId, end);
      return { deleted, isSound };
    });
  }

  /** Returns the last entry of the next batch that is, like all before it, too old and valid. */
  private async soundUntil(
    tx: Tx,
    companyId: string,
    start: ChainPoint,
    before: Date,
  ): Promise<{ end: ChainPoint; isSound: boolean }> {
    const rows = await selectEntries(
      tx,
      [['company_id = ? AND sequence > ?', companyId, start.sequence]],
      `ORDER BY sequence LIMIT ${ENTRIES_PER_STEP}`,
    );
    let end = start;
    for (const row of rows) {
      if (new Date(row.at) >= before) break;
      if (await entryFlaw(this.seals, end, row)) return { end, isSound: false };
      end = row;
    }
    return { end, isSound: true };
  }

  /** Warns once for each company, because every round finds the problem again. */
  private warn(companyId: string): void {
    if (this.warnedOf.has(companyId)) return;
    this.warnedOf.add(companyId);
    this.logger.warn(
      { companyId },
      'audit retention stopped: audit log failed verification; run audit:verify',
    );
  }
}
