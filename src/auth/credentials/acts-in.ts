const OWN = (token: string): string => `SELECT 1 FROM token_companies b WHERE b.token_id = ${token}.id`;

/**
 * Builds a SQL condition that holds if the token may act in the membership.
 * The release before this rule may still run and writes no rows to `token_companies`. A token without such
 * rows acts in the memberships that are older than the token.
 * @param token alias of the token's table in the statement
 * @param membership alias of the `memberships` table in the statement
 */
export const actsIn = (token: string, membership: string): string => `(
  EXISTS (${OWN(token)} AND b.company_id = ${membership}.company_id AND b.member_since = ${membership}.created_at)
  OR (${membership}.created_at <= ${token}.created_at AND NOT EXISTS (${OWN(token)})))`;
