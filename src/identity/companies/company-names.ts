import type { Sql } from '../../platform/database/sql.js';

/** What a company is called: its name and its slug. Empty where there is no such company. */
export async function companyNames(sql: Sql, companyId: string): Promise<string[]> {
  const [row] = await sql.select<{ name: string; slug: string }>(
    'SELECT name, slug FROM companies WHERE id = ?',
    [companyId],
  );
  return row ? [row.name, row.slug] : [];
}
