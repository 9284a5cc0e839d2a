import { Inject, Injectable } from '@nestjs/common';
import { Database, type Tx } from '../platform/database/database.js';
import { toSqlInstant } from '../platform/database/instant.js';
import { LOGGER, type Logger } from '../platform/logging/logger.js';
import { entryFlaw } from './audit-chain.js';
import { AuditCheckpoints } from './audit-checkpoints.js';
import { selectEntries } from './audit-rows.js';
import { AuditMacs, type ChainPoint, GENESIS } from './audit-macs.js';

const ENTRIES_PER_STEP = 500;

/** What a step did, and whether all that is too old was fit to go. */
interface Cut {
  deleted: number;
  isSound: boolean;
}

/**
 * Forgets entries that are too old, and signs where it cut. Only what it has verified goes: whoever makes entries
 * look old does not have their traces removed, and a chain that is not sound stays as evidence from there on.
 */
@Injectable()
export class AuditRetention {
  /** The company that this round has come to. */
  private reached = '';
  private readonly warnedOf = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly seals: AuditMacs,
    private readonly points: AuditCheckpoints,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Deletes at most 500 entries of the next company that has any from before a time.
   * @returns how many companies it found: 0 at the end of a round.
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

  /** The next company whose oldest entry is too old. */
  private async nextCompany(before: Date): Promise<string | undefined> {
    const [row] = await this.database.select<{ company_id: string }>(
      `SELECT h.company_id FROM audit_heads h LEFT JOIN audit_checkpoints c ON c.company_id = h.company_id
       JOIN audit_entries e ON e.company_id = h.company_id AND e.sequence = COALESCE(c.sequence, 0) + 1
       WHERE h.company_id > ? AND e.at < ? ORDER BY h.company_id LIMIT 1`,
      [this.reached, toSqlInstant(before)],
    );
    return row?.company_id;
  }

  /** The deletion and the checkpoint commit together. Sweeps in other processes wait at the head. */
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

  /** The last of the next entries up to which all are too old, and sound. */
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

  /** Once for each company: every round comes by again. */
  private warn(companyId: string): void {
    if (this.warnedOf.has(companyId)) return;
    this.warnedOf.add(companyId);
    this.logger.warn(
      { companyId },
      'audit retention stopped: audit log failed verification; run audit:verify',
    );
  }
}
