import type { Sql } from '../../platform/database/sql.js';

/** Returns a company's name and slug; empty if the company does not exist. */
export async function companyNames(sql: Sql, companyId: string): Promise<string[]> {
  const [row] = await sql.select<{ name: string; slug: string }>(
    'SELECT name, slug FROM companies WHERE id = ?',
    [companyId],
  );
  return row ? [row.name, row.slug] : [];
}
