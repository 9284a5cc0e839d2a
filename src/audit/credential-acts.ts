import { dialect } from '../platform/database/dialect.js';
import type { Sql, SqlValue } from '../platform/database/sql.js';
import { cutText } from '../platform/values/cut-text.js';
import type { AuditAction, AuditTarget } from './audit-actions.js';

/** Maximum number of listed things per credential and company. */
const MAX_LISTED = 20;
/** Maximum number of entries that are read per credential and company. */
const MAX_ENTRIES = 1_000;
const MAX_NAME = 80;
const CREDENTIALS_PER_STATEMENT = 50;

/** Actions that create their target. All others change it. */
const MAKING: readonly AuditAction[] = [
  'token.created',
  'personal_token.created',
  'private_token.created',
  'integration.created',
  'webhook.created',
  'user.invited',
];

/** What a credential did, as far as the audit log keeps it. Actions on the credential itself are left out. */
export interface CredentialActs {
  made: AuditTarget[];
  changed: AuditTarget[];
  /** Number of further things that the lists leave out, among the first 1,000 entries per company. */
  more: number;
}

/** A credential and one of the companies in which it can act. */
export interface ActingIn {
  credentialId: string;
  companyId: string;
}

interface ActRow {
  credential_id: string;
  company_id: string;
  target_kind: string;
  target_id: string;
  target_name: string;
  made: number | string;
  found: number | string;
}

const ACTS_OF_ONE = `
  SELECT * FROM (
    SELECT credential_id, company_id, target_kind, target_id, MAX(target_name) AS target_name,
      MAX(CASE WHEN action IN (${MAKING.map((action) => `'${action}'`).join(', ')}) THEN 1 ELSE 0 END) AS made,
      COUNT(*) OVER () AS found
    FROM (
      SELECT credential_id, company_id, target_kind, target_id, target_name, action
      FROM audit_entries ${dialect.useIndex('ix_audit_entries_credential')}
      WHERE credential_id = ? AND company_id = ? AND target_id <> ? LIMIT ${MAX_ENTRIES}
    ) some_entries
    GROUP BY credential_id, company_id, target_kind, target_id ORDER BY target_id LIMIT ${MAX_LISTED}
  ) listed`;

/**
 * Returns what credentials created and changed, by `keyOf`.
 * Each list has at most 20 things per credential and company. One statement reads 50 pairs of credential and
 * company.
 */
export async function actsOf(sql: Sql, of: readonly ActingIn[]): Promise<Map<string, CredentialActs>> {
  const acts = new Map(of.map((one) => [keyOf(one), noActs()]));
  for (let start = 0; start < of.length; start += CREDENTIALS_PER_STATEMENT) {
    const some = of.slice(start, start + CREDENTIALS_PER_STATEMENT);
    const values: SqlValue[] = some.flatMap(({ credentialId, companyId }) => [
      credentialId,
      companyId,
      credentialId,
    ]);
    const rows = await sql.select<ActRow>(some.map(() => ACTS_OF_ONE).join(' UNION ALL '), values);
    for (const row of rows) add(acts, row);
  }
  return acts;
}

/** Returns the key of a credential and company in the result of `actsOf`. */
export function keyOf({ credentialId, companyId }: ActingIn): string {
  return `${credentialId} ${companyId}`;
}

export function noActs(): CredentialActs {
  return { made: [], changed: [], more: 0 };
}

/** Merges the actions in several companies into one list of at most `max` things. */
export function joinActs(all: readonly CredentialActs[], max = MAX_LISTED): CredentialActs {
  const made = all.flatMap((acts) => acts.made);
  const changed = all.flatMap((acts) => acts.changed);
  const shownMade = made.slice(0, max);
  const shownChanged = changed.slice(0, max - shownMade.length);
  const cut = made.length + changed.length - shownMade.length - shownChanged.length;
  const more = all.reduce((sum, acts) => sum + acts.more, cut);
  return { made: shownMade, changed: shownChanged, more };
}

function add(all: Map<string, CredentialActs>, row: ActRow): void {
  const { credential_id: credentialId, company_id: companyId, target_kind: kind, target_id: id } = row;
  const acts = all.get(keyOf({ credentialId, companyId })) as CredentialActs;
  const list = Number(row.made) === 1 ? acts.made : acts.changed;
  list.push({ kind, id, name: cutText(row.target_name, MAX_NAME) });
  acts.more = Number(row.found) - acts.made.length - acts.changed.length;
}
