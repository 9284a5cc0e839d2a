import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';
import { shapes, tableColumn as column } from '../columns.js';
import { index, nullable, primary, ref } from '../tables.js';

const code = (name: string, length: number, extra = {}): TableColumnOptions =>
  column(name, shapes.code(length), extra);

/** The audit log, the end of each company's chain of entries, and the place where retention cut it. */
export class Audit1764122400000 implements MigrationInterface {
  readonly name = 'Audit1764122400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables()) await runner.createTable(table, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables().reverse()) await runner.dropTable(table.name, true);
  }
}

function tables(): Table[] {
  return [entries(), signedPoints('audit_heads'), signedPoints('audit_checkpoints')];
}

function entries(): Table {
  return new Table({
    name: 'audit_entries',
    columns: [
      ref('company_id', primary),
      column('sequence', shapes.bigInt(), primary),
      ref('id'),
      column('at', shapes.instant()),
      code('actor_kind', 20),
      ref('actor_id', nullable),
      column('actor_name', shapes.text(255)),
      code('action', 64),
      code('target_kind', 40),
      ref('target_id'),
      column('target_name', shapes.text(255)),
      code('address', 64, nullable),
      code('request_id', 64, nullable),
      column('details', shapes.json()),
      code('pepper', 12),
      code('mac', 64),
    ],
    indices: [
      index('ix_audit_entries_at', ['company_id', 'at']),
      index('ix_audit_entries_actor', ['company_id', 'actor_id', 'sequence']),
      index('ix_audit_entries_target', ['company_id', 'target_id', 'sequence']),
      index('ix_audit_entries_action', ['company_id', 'action', 'sequence']),
    ],
  });
}

function signedPoints(name: string): Table {
  return new Table({
    name,
    columns: [
      ref('company_id', primary),
      column('sequence', shapes.bigInt()),
      code('mac', 64),
      column('at', shapes.instant()),
      code('pepper', 12),
      code('signature', 64),
    ],
  });
}
