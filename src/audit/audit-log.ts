import { Injectable } from '@nestjs/common';
import type { Tx } from '../platform/database/database.js';
import { groupBy } from '../platform/values/group-by.js';
import { newId } from '../platform/ids/ids.js';
import { HEAD_UNSOUND, type NewAuditEntry } from './audit-actions.js';
import { AuditCheckpoints, type HeadFlaw } from './audit-checkpoints.js';
import { CREDENTIAL, type EntryRow, insertEntries, type NewEntryRow } from './audit-rows.js';
import { type AuditMac, AuditMacs, type ChainPoint } from './audit-macs.js';
import { AUDIT_ENTRY_ID_PREFIX } from './audit-entry.entity.js';

const ENTRIES_PER_STATEMENT = 500;
const MAX_NAME = 255;

/**
 * The audit log: who did what to which credential, integration or person.
 * Entries are only appended. A chain of MACs per company protects them, with a key that is not in the
 * database. With write access to the database alone, nobody can change or delete an entry unnoticed
 * (`AuditVerifier`).
 */
@Injectable()
export class AuditLog {
  constructor(
    private readonly seals: AuditMacs,
    private readonly points: AuditCheckpoints,
  ) {}

  /**
   * Records an action in the transaction of the action, so both commit or neither.
   * Call it late, after the action's other rows and before `RevocationEpoch.bump`: from here to the commit,
   * other writers of the company wait.
   */
  record(tx: Tx, entry: NewAuditEntry): Promise<void> {
    return this.recordMany(tx, [entry]);
  }

  /**
   * Records several actions with a few statements for each company. Entries of one company keep their order.
   */
  async recordMany(tx: Tx, entries: NewAuditEntry[]): Promise<void> {
    const byCompany = groupBy(entries, ({ companyId }) => companyId);
    // Always the same order, so two transactions for the same companies cannot deadlock.
    for (const companyId of [...byCompany.keys()].sort()) {
      await this.append(tx, companyId, byCompany.get(companyId) as NewAuditEntry[]);
    }
  }

  private async append(tx: Tx, companyId: string, entries: NewAuditEntry[]): Promise<void> {
    const seal = await this.seals.first();
    const { end, flaw } = await this.points.lockEnd(tx, companyId);
    const all = flaw ? [unsoundHead(companyId, flaw, end), ...entries] : entries;
    let last = end;
    for (let start = 0; start < all.length; start += ENTRIES_PER_STATEMENT) {
      const rows = chained(seal, last, all.slice(start, start + ENTRIES_PER_STATEMENT));
      await insertEntries(tx, rows);
      last = rows.at(-1) as EntryRow;
    }
    await this.points.put(tx, 'audit_heads', companyId, last);
  }
}

/** Gives each entry its number and its MAC. */
function chained(seal: AuditMac, end: ChainPoint, entries: NewAuditEntry[]): NewEntryRow[] {
  const at = new Date().toISOString();
  let previous = end;
  return entries.map((entry) => {
    const unsealed = { ...contentOf(entry), sequence: previous.sequence + 1, at, pepper: seal.pepper };
    const credential_id = entry.credential?.id ?? null;
    const row = { ...unsealed, mac: seal.macOf(previous.mac, unsealed), credential_id };
    previous = row;
    return row;
  });
}

function contentOf(entry: NewAuditEntry): Omit<EntryRow, 'sequence' | 'at' | 'pepper' | 'mac'> {
  const { companyId, actor, action, target, address, requestId, details, credential } = entry;
  return {
    company_id: companyId,
    id: newId(AUDIT_ENTRY_ID_PREFIX),
    actor_kind: actor.kind,
    actor_id: actor.id,
    actor_name: storable(actor.name),
    action,
    target_kind: target.kind,
    target_id: target.id,
    target_name: storable(target.name),
    // The proxy may have forwarded no address.
    address: address || null,
    request_id: requestId,
    details: JSON.stringify({ ...details, ...(credential && { [CREDENTIAL]: credential.id }) }),
  };
}

/**
 * Returns a name that both engines store unchanged. It replaces invalid characters, because the action must
 * not fail because of a name.
 */
function storable(name: string): string {
  const text = name.toWellFormed().replaceAll('\0', '\ufffd');
  return text.length <= MAX_NAME ? text : [...text].slice(0, MAX_NAME).join('');
}

function unsoundHead(companyId: string, flaw: HeadFlaw, end: ChainPoint): NewAuditEntry {
  return {
    companyId,
    actor: { kind: 'system', id: null, name: 'audit log' },
    action: HEAD_UNSOUND,
    target: { kind: 'audit', id: companyId, name: 'audit log' },
    address: null,
    requestId: null,
    details: { found: flaw, continuedAfter: end.sequence },
  };
}
