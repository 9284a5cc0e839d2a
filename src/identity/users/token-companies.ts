import type { Tx } from '../../platform/database/database.js';
import { placeholders } from '../../platform/database/dialect.js';
import type { Sql } from '../../platform/database/sql.js';
import { groupBy } from '../../platform/values/group-by.js';

/**
 * Limits a token to these companies. A limit ends when the owner leaves that company; joining again does not
 * restore it. Without companies the token has no limit of its own.
 * @returns how many of them the owner is a member of
 */
export async function bindToken(
  tx: Tx,
  token: { id: string; userId: string },
  companyIds: readonly string[],
): Promise<number> {
  await tx.write('DELETE FROM token_companies WHERE token_id = ?', [token.id]);
  if (companyIds.length === 0) return 0;
  const memberships = await tx.select<{ company_id: string; created_at: string }>(
    `SELECT company_id, created_at FROM memberships
     WHERE user_id = ? AND company_id IN (${placeholders(companyIds.length)})`,
    [token.userId, ...companyIds],
  );
  for (const { company_id, created_at } of memberships) {
    await tx.write('INSERT INTO token_companies (token_id, company_id, member_since) VALUES (?, ?, ?)', [
      token.id,
      company_id,
      created_at,
    ]);
  }
  return memberships.length;
}

/** Returns the companies in which each of these tokens acts now. */
export async function companiesByToken(
  sql: Pick<Sql, 'select'>,
  table: 'personal_tokens' | 'private_tokens',
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  if (ids.length === 0) return new Map();
  // The same rule as `actsIn`, in two simple statements. With many tokens, MariaDB scans the whole table for
  // the subqueries of `actsIn`.
  const marks = placeholders(ids.length);
  const memberships = await sql.select<MembershipOfToken>(
    `SELECT t.id, t.created_at AS made_at, m.company_id, m.created_at AS member_since
     FROM ${table} t JOIN memberships m ON m.user_id = t.user_id WHERE t.id IN (${marks})`,
    [...ids],
  );
  const bound = groupBy(
    await sql.select<{ token_id: string; company_id: string; member_since: string }>(
      `SELECT token_id, company_id, member_since FROM token_companies WHERE token_id IN (${marks})`,
      [...ids],
    ),
    ({ token_id: tokenId }) => tokenId,
  );
  const acting = memberships.filter((one) => {
    const own = bound.get(one.id);
    if (!own) return one.member_since <= one.made_at;
    return own.some((b) => b.company_id === one.company_id && b.member_since === one.member_since);
  });
  const byToken = groupBy(acting, ({ id }) => id);
  return new Map([...byToken].map(([id, found]) => [id, found.map((row) => row.company_id).sort()]));
}

/** A token and one membership of its owner. */
interface MembershipOfToken {
  id: string;
  made_at: string;
  company_id: string;
  member_since: string;
}

/** Returns the companies of a person. */
export async function companiesOf(tx: Tx, userId: string): Promise<string[]> {
  const rows = await tx.select<{ company_id: string }>(
    'SELECT company_id FROM memberships WHERE user_id = ?',
    [userId],
  );
  return rows.map(({ company_id }) => company_id);
}
