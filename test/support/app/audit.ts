import { AuditLog } from '../../../src/audit/audit-log.js';
import type { NewAuditEntry } from '../../../src/audit/audit-actions.js';
import { AuditCheckpoints } from '../../../src/audit/audit-checkpoints.js';
import type { AuditProblem, ProblemKind } from '../../../src/audit/audit-problems.js';
import { type AuditFilter, AuditReader } from '../../../src/audit/audit-reader.js';
import { AuditRetention } from '../../../src/audit/audit-retention.js';
import { AuditMacs } from '../../../src/audit/audit-macs.js';
import { AuditVerifier } from '../../../src/audit/audit-verifier.js';
import type { Database } from '../../../src/platform/database/database.js';
import { newId } from '../../../src/platform/ids/ids.js';
import type { AuditRecord } from '../../../src/audit/audit-rows.js';
import { createLogger } from '../../../src/platform/logging/logger.js';
import { MasterKeys } from '../../../src/platform/safe-store/master-keys.js';
import type { TestApp } from './app.js';

/** The services of the audit log in a process with these peppers. */
export interface Audit {
  log: AuditLog;
  verifier: AuditVerifier;
  reader: AuditReader;
  retention: AuditRetention;
  /** Log lines of retention. */
  warnings: string[];
}

export function auditOn(database: Database, ...SAFE_STORE_PEPPERS: Buffer[]): Audit {
  const seals = new AuditMacs(new MasterKeys({ SAFE_STORE_PEPPERS, DATA_DIR: '/nowhere' }));
  const points = new AuditCheckpoints(seals);
  const warnings: string[] = [];
  const logger = createLogger({ LOG_LEVEL: 'warn' }, { write: (line) => warnings.push(line) });
  return {
    log: new AuditLog(seals, points),
    verifier: new AuditVerifier(database, seals, points),
    reader: new AuditReader(database),
    retention: new AuditRetention(database, seals, points, logger),
    warnings,
  };
}

/** Returns the matching entries of a company's log, oldest first. */
export async function auditOf(
  { nest }: TestApp,
  companyId: string,
  filter: AuditFilter = {},
): Promise<AuditRecord[]> {
  const entries: AuditRecord[] = [];
  for await (const entry of nest.get(AuditReader).export(companyId, filter)) entries.push(entry);
  return entries;
}

/** Returns an audit entry. A test sets only the members that matter to it. */
export function act(companyId: string, more: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return {
    companyId,
    actor: { kind: 'user', id: newId('usr'), name: 'ops@acme.example' },
    action: 'token.created',
    target: { kind: 'token', id: newId('tok'), name: 'nightly' },
    address: '192.0.2.7',
    requestId: newId('req'),
    details: { scopes: ['integration:sync:read'] },
    ...more,
  };
}

/** Records `howMany` actions of a company, each in its own transaction. */
export async function givenActs(
  { log }: Audit,
  database: Database,
  companyId: string,
  howMany: number,
): Promise<void> {
  for (let n = 1; n <= howMany; n += 1)
    await database.transaction((tx) => log.record(tx, act(companyId, { details: { n } })));
}

export const problem = (what: ProblemKind, sequence: number, through = sequence): AuditProblem => ({
  sequence,
  through,
  what,
});
