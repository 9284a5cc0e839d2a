import { type QueryRunner, Table, TableColumn, type TableColumnOptions, TableIndex } from 'typeorm';
import { ENGINE } from '../config/engine.js';
import { shapes, tableColumn } from './columns.js';

/** Helpers for migrations that create tables, beside the shapes of columns. */
export const nullable = { nullable: true };
export const primary = { primary: true };

/** An id column. */
export const ref = (name: string, extra = {}): TableColumnOptions => tableColumn(name, shapes.id(), extra);

/** A column for a point in time. */
export const instant = (name: string, extra = {}): TableColumnOptions =>
  tableColumn(name, shapes.instant(), extra);

export const index = (name: string, columnNames: string[]): TableIndex =>
  new TableIndex({ name, columnNames });

export const unique = (name: string, columnNames: string[]): TableIndex =>
  new TableIndex({ name, columnNames, isUnique: true });

/** Adds a column, unless an interrupted run has already added it. */
export async function addColumn(
  runner: QueryRunner,
  table: string,
  column: TableColumnOptions,
): Promise<void> {
  if (await runner.hasColumn(table, column.name)) return;
  await runner.addColumn(tableFor(table), new TableColumn(column));
}

/** Drops a column, unless an interrupted run has already dropped it. */
export async function dropColumn(runner: QueryRunner, table: string, name: string): Promise<void> {
  if (await runner.hasColumn(table, name)) await runner.dropColumn(table, name);
}

/** Creates an index, unless an interrupted run has already created it. */
export async function addIndex(runner: QueryRunner, table: string, input: TableIndex): Promise<void> {
  if (!(await hasIndex(runner, table, input))) await runner.createIndex(tableFor(table), input);
}

/** Drops an index, unless an interrupted run has already dropped it. */
export async function dropIndex(runner: QueryRunner, table: string, present: TableIndex): Promise<void> {
  if (await hasIndex(runner, table, present)) await runner.dropIndex(tableFor(table), present);
}

/**
 * Returns the table in the form that TypeORM needs to change it.
 * On a server a `Table` with the name is enough. By the name alone, TypeORM would search all databases of the
 * server, which takes seconds if there are many. The embedded engine rebuilds the table, so TypeORM must load
 * all of it.
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
