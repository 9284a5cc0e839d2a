import { HEAD_UNSOUND } from './audit-actions.js';
import type { EntryFlaw } from './audit-chain.js';
import type { HeadFlaw } from './audit-checkpoints.js';
import type { EntryRow } from './audit-rows.js';
import { type ChainPoint, GENESIS } from './audit-macs.js';

export type ProblemKind =
  | EntryFlaw
  | HeadFlaw
  | 'start_missing'
  | 'before_start'
  | 'tail_missing'
  | 'head_found_unsound'
  | 'checkpoint_forged'
  | 'checkpoint_pepper_unknown';

/** Text for each kind of problem. */
export const PROBLEM_TEXTS: Record<ProblemKind, string> = {
  changed: 'changed, moved, or made without the key',
  missing: 'deleted',
  pepper_unknown: 'cannot be checked: their pepper is not among SAFE_STORE_PEPPERS',
  start_missing: 'deleted, and no checkpoint says that retention did',
  before_start: 'lie where retention has deleted everything',
  tail_missing: 'deleted from the end',
  head_missing: 'the head is gone',
  head_forged: 'the head is not signed with the key',
  head_pepper_unknown: 'the head cannot be checked: its pepper is not among SAFE_STORE_PEPPERS',
  head_differs: 'the head does not name the last entry',
  head_found_unsound: 'the head was missing or not to be relied upon when this was written',
  checkpoint_forged: 'the checkpoint of retention is not signed with the key',
  checkpoint_pepper_unknown:
    'the checkpoint of retention cannot be checked: its pepper is not among SAFE_STORE_PEPPERS',
};

/** A problem with a range of entries, or with a signed point of the chain. */
export interface AuditProblem {
  sequence: number;
  /** The last entry of the range. All entries of the range have the same problem. */
  through: number;
  what: ProblemKind;
}

/** The result of a verification. */
export interface AuditVerdict {
  companyId: string;
  /** Number of entries that exist. */
  entries: number;
  /** Numbers of the first and the last entry; null if there are none. */
  from: number | null;
  to: number | null;
  /** Empty if the chain is valid. */
  problems: AuditProblem[];
}

/**
 * The state of a verification while it follows a chain. It keeps no entries, and merges adjacent problems of
 * the same kind.
 */
export class ChainVerification {
  /** The last entry seen; the next one is checked against it. */
  end: ChainPoint = GENESIS;
  /** Whether a checkpoint explains why the chain does not begin at 1. */
  isCut = false;
  private entries = 0;
  private from: number | null = null;
  private readonly problems: AuditProblem[] = [];

  get length(): number {
    return this.entries;
  }

  beginAfter(checkpoint: ChainPoint): void {
    this.end = checkpoint;
    this.isCut = true;
  }

  follow(row: EntryRow, flaw: EntryFlaw | undefined): void {
    if (flaw === 'missing') this.miss(row.sequence);
    else if (flaw) this.report(flaw, row.sequence);
    else if (row.action === HEAD_UNSOUND) this.report('head_found_unsound', row.sequence);
    this.entries += 1;
    this.from ??= row.sequence;
    this.end = row;
  }

  report(what: ProblemKind, sequence: number, through = sequence): void {
    const last = this.problems.at(-1);
    if (last?.what === what && last.through === sequence - 1) last.through = through;
    else this.problems.push({ sequence, through, what });
  }

  verdict(companyId: string): AuditVerdict {
    const { entries, from, problems } = this;
    return { companyId, entries, from, to: entries === 0 ? null : this.end.sequence, problems };
  }

  private miss(next: number): void {
    const isStart = this.entries === 0 && !this.isCut;
    this.report(isStart ? 'start_missing' : 'missing', this.end.sequence + 1, next - 1);
  }
}
