import { dialect } from '../platform/database/dialect.js';
import type { Sql, SqlValue } from '../platform/database/sql.js';
import { cutText } from '../platform/values/cut-text.js';
import type { AuditAction, AuditTarget } from './audit-actions.js';

/** How many things are listed of one credential in one company. */
const MAX_LISTED = 20;
/** So many entries of one credential in one company are looked at. */
const MAX_ENTRIES = 1_000;
const MAX_NAME = 80;
const CREDENTIALS_PER_STATEMENT = 50;

/** The acts that make what they name; all others change it. */
const MAKING: readonly AuditAction[] = [
  'token.created',
  'personal_token.created',
  'private_token.created',
  'integration.created',
  'webhook.created',
  'user.invited',
];

/** What was done by a credential, as far as the audit log keeps it; never what was done to itself. */
export interface CredentialActs {
  made: AuditTarget[];
  changed: AuditTarget[];
  /** How many things more there are than these lists hold. Of one company 1,000 entries of the log are looked at. */
  more: number;
}

/** A credential in one of the companies in which it can act. */
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
 * What credentials made and changed, by `keyOf` each: at most 20 things of one in one company, and how many more there
 * are. A statement for each 50 of them.
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

/** Where `actsOf` has the acts of one. */
export function keyOf({ credentialId, companyId }: ActingIn): string {
  return `${credentialId} ${companyId}`;
}

export function noActs(): CredentialActs {
  return { made: [], changed: [], more: 0 };
}

/** The acts in several companies as one list, with at most so many things. */
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
