import { type TableColumnOptions, TableIndex } from 'typeorm';
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
