import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { entryFlaw } from './audit-chain.js';
import { AuditCheckpoints, type FoundPoint } from './audit-checkpoints.js';
import { type AuditVerdict, ChainVerification } from './audit-problems.js';
import { type EntryRow, selectEntries } from './audit-rows.js';
import { AuditMacs } from './audit-macs.js';

const ENTRIES_PER_PAGE = 1_000;

/**
 * Proves that a company's audit log is complete: every entry from the checkpoint of retention (or the first)
 * to the head.
 * It cannot detect that someone restored the whole database to an earlier state, including the head. Compare
 * with an export that is kept elsewhere.
 */
@Injectable()
export class AuditVerifier {
  constructor(
    private readonly database: Database,
    private readonly seals: AuditMacs,
    private readonly points: AuditCheckpoints,
  ) {}

  /**
   * Verifies the whole chain in pages, in constant memory. Writers and retention may run at the same time.
   * @param onPage called after each page with the number of entries checked so far
   */
  async verify(companyId: string, onPage?: (entries: number) => void): Promise<AuditVerdict> {
    const chain = new ChainVerification();
    await this.begin(companyId, chain);
    await this.follow(companyId, chain, Number.MAX_SAFE_INTEGER, onPage);
    const head = await this.points.find(this.database, 'audit_heads', companyId);
    // Entries that were written after the last page and before the head was read.
    if (head) await this.follow(companyId, chain, head.sequence, onPage);
    checkHead(chain, head);
    return chain.verdict(companyId);
  }

  /** Returns the ids of the companies that exist or have an audit log. */
  async companies(): Promise<string[]> {
    const rows = await this.database.select<{ id: string }>(
      `SELECT id FROM companies UNION SELECT company_id FROM audit_heads
       UNION SELECT company_id FROM audit_checkpoints UNION SELECT company_id FROM audit_entries ORDER BY id`,
    );
    return rows.map(({ id }) => id);
  }

  private async begin(companyId: string, chain: ChainVerification): Promise<void> {
    const checkpoint = await this.points.find(this.database, 'audit_checkpoints', companyId);
    if (checkpoint?.standing === 'sound') chain.beginAfter(checkpoint);
    if (checkpoint?.standing === 'forged') chain.report('checkpoint_forged', checkpoint.sequence);
    if (checkpoint?.standing === 'unknown') chain.report('checkpoint_pepper_unknown', checkpoint.sequence);
    const [row] = await this.database.select<Record<'lowest' | 'highest', string | number | null>>(
      `SELECT MIN(sequence) AS lowest, MAX(sequence) AS highest FROM audit_entries
       WHERE company_id = ? AND sequence <= ?`,
      [companyId, chain.end.sequence],
    );
    if (row && row.lowest !== null) chain.report('before_start', Number(row.lowest), Number(row.highest));
  }

  private async follow(
    companyId: string,
    chain: ChainVerification,
    upTo: number,
    onPage?: (entries: number) => void,
  ): Promise<void> {
    for (;;) {
      const rows = await this.page(companyId, chain.end.sequence, upTo);
      const isGap = rows[0]?.sequence !== chain.end.sequence + 1;
      if (isGap && (await this.wasCutMeanwhile(companyId, chain))) continue;
      if (rows.length === 0) return;
      for (const row of rows) chain.follow(row, await entryFlaw(this.seals, chain.end, row));
      onPage?.(chain.length);
    }
  }

  private page(companyId: string, after: number, upTo: number): Promise<EntryRow[]> {
    return selectEntries(
      this.database,
      [
        ['company_id = ?', companyId],
        ['sequence > ? AND sequence <= ?', after, upTo],
      ],
      `ORDER BY sequence LIMIT ${ENTRIES_PER_PAGE}`,
    );
  }

  /**
   * Whether retention has deleted the next entries since the verification began. The verification then
   * continues after them.
   */
  private async wasCutMeanwhile(companyId: string, chain: ChainVerification): Promise<boolean> {
    const checkpoint = await this.points.find(this.database, 'audit_checkpoints', companyId);
    if (checkpoint?.standing !== 'sound' || checkpoint.sequence <= chain.end.sequence) return false;
    chain.beginAfter(checkpoint);
    return true;
  }
}

function checkHead(chain: ChainVerification, head: FoundPoint | undefined): void {
  const { end } = chain;
  if (!head) {
    if (end.sequence > 0) chain.report('head_missing', end.sequence);
  } else if (head.standing === 'forged') chain.report('head_forged', head.sequence);
  else if (head.standing === 'unknown') chain.report('head_pepper_unknown', head.sequence);
  else if (head.sequence > end.sequence) chain.report('tail_missing', end.sequence + 1, head.sequence);
  else if (head.sequence < end.sequence || head.mac !== end.mac) chain.report('head_differs', head.sequence);
}
