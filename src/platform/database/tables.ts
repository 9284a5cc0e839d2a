import { type QueryRunner, Table, TableColumn, type TableColumnOptions, TableIndex } from 'typeorm';
import { ENGINE } from '../config/engine.js';
import { shapes, tableColumn } from './columns.js';

/** What migrations write tables with, beside the shapes of columns. */
export const nullable = { nullable: true };
export const primary = { primary: true };

/** A column that holds an id. */
export const ref = (name: string, extra = {}): TableColumnOptions => tableColumn(name, shapes.id(), extra);

/** A column that holds a moment. */
export const instant = (name: string, extra = {}): TableColumnOptions =>
  tableColumn(name, shapes.instant(), extra);

export const index = (name: string, columnNames: string[]): TableIndex =>
  new TableIndex({ name, columnNames });

export const unique = (name: string, columnNames: string[]): TableIndex =>
  new TableIndex({ name, columnNames, isUnique: true });

/** Adds a column, unless a migration that was cut off has added it. */
export async function addColumn(
  runner: QueryRunner,
  table: string,
  column: TableColumnOptions,
): Promise<void> {
  if (await runner.hasColumn(table, column.name)) return;
  await runner.addColumn(tableFor(table), new TableColumn(column));
}

/** Drops a column, unless a migration that was cut off has dropped it. */
export async function dropColumn(runner: QueryRunner, table: string, name: string): Promise<void> {
  if (await runner.hasColumn(table, name)) await runner.dropColumn(table, name);
}

/** Makes an index, unless a migration that was cut off has made it. */
export async function addIndex(runner: QueryRunner, table: string, input: TableIndex): Promise<void> {
  if (!(await hasIndex(runner, table, input))) await runner.createIndex(tableFor(table), input);
}

/** Drops an index, unless a migration that was cut off has dropped it. */
export async function dropIndex(runner: QueryRunner, table: string, present: TableIndex): Promise<void> {
  if (await hasIndex(runner, table, present)) await runner.dropIndex(tableFor(table), present);
}

/**
 * What TypeORM is given to change a table. By its name it looks for the table in all databases of a server, which takes
 * seconds where there are many, and on a server needs to know no more than the name. The embedded engine makes the table anew,
 * and so needs all of it.
 */
function tableFor(name: string): Table | string {
  return ENGINE === 'mysql' ? new Table({ name }) : name;
}

async function hasIndex(runner: QueryRunner, table: string, { name }: TableIndex): Promise<boolean> {
  const found: unknown =
    ENGINE === 'mysql'
      ? await runner.query(`SHOW INDEX FROM \`${table}\` WHERE Key_name = ?`, [name])
      : await runner.query(`SELECT name FROM sqlite_master WHERE type = 'index' AND name = ?`, [name]);
  return (found as unknown[]).length > 0;
}
