import type { Tx } from '../../platform/database/database.js';
import { placeholders } from '../../platform/database/dialect.js';
import type { Sql } from '../../platform/database/sql.js';
import { groupBy } from '../../platform/values/group-by.js';

const OWN = (token: string): string => `SELECT 1 FROM token_companies b WHERE b.token_id = ${token}.id`;

/**
 * A condition of SQL: the token may act in the membership. A process of the version before this rule, which runs beside
 * it for a while, binds its tokens to nothing: such a one acts in the memberships that are older than itself.
 * @param token and membership are the names of their tables in the statement.
 */
export const actsIn = (token: string, membership: string): string => `(
  EXISTS (${OWN(token)} AND b.company_id = ${membership}.company_id AND b.member_since = ${membership}.created_at)
  OR (${membership}.created_at <= ${token}.created_at AND NOT EXISTS (${OWN(token)})))`;

/**
 * Has a token act in these companies of its owner, as they are members there now, and in no other.
 * @returns in how many of them the owner is a member.
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

/** In which companies each of these tokens acts, as things are now. */
export async function companiesByToken(
  sql: Pick<Sql, 'select'>,
  table: 'personal_tokens' | 'private_tokens',
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  if (ids.length === 0) return new Map();
  const rows = await sql.select<{ id: string; company_id: string }>(
    `SELECT t.id, m.company_id FROM ${table} t JOIN memberships m ON m.user_id = t.user_id
     WHERE t.id IN (${placeholders(ids.length)}) AND ${actsIn('t', 'm')} ORDER BY t.id, m.company_id`,
    [...ids],
  );
  const byToken = groupBy(rows, ({ id }) => id);
  return new Map([...byToken].map(([id, found]) => [id, found.map((row) => row.company_id)]));
}

/** The companies that someone belongs to. */
export async function companiesOf(tx: Tx, userId: string): Promise<string[]> {
  const rows = await tx.select<{ company_id: string }>(
    'SELECT company_id FROM memberships WHERE user_id = ?',
    [userId],
  );
  return rows.map(({ company_id }) => company_id);
}
