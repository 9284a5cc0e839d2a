import { rowPlaceholders } from '../../../src/platform/database/dialect.js';
import type { SqlValue } from '../../../src/platform/database/sql.js';
import type { TestApp } from '../app/app.js';

export type TableRow = Record<string, SqlValue>;

const ROWS = 200;

/** Inserts rows without the product. All rows of one call have the same columns. */
export async function insertRows(
  { database }: Pick<TestApp, 'database'>,
  table: string,
  rows: TableRow[],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  for (let start = 0; start < rows.length; start += ROWS) {
    const some = rows.slice(start, start + ROWS);
    await database.write(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${rowPlaceholders(some.length, columns.length)}`,
      some.flatMap((row) => columns.map((column) => row[column] ?? null)),
    );
  }
}
