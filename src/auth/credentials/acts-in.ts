const OWN = (token: string): string => `SELECT 1 FROM token_companies b WHERE b.token_id = ${token}.id`;

/**
 * A condition of SQL: the token may act in the membership. A process of the version before this rule, which runs beside
 * it for a while, binds its tokens to nothing: such a one acts in the memberships that are older than itself.
 * @param token and membership are the names of their tables in the statement.
 */
export const actsIn = (token: string, membership: string): string => `(
  EXISTS (${OWN(token)} AND b.company_id = ${membership}.company_id AND b.member_since = ${membership}.created_at)
  OR (${membership}.created_at <= ${token}.created_at AND NOT EXISTS (${OWN(token)})))`;
