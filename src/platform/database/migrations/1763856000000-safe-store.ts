import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { shapes, tableColumn } from '../columns.js';

const KEYS = new Table({
  name: 'safe_store_keys',
  columns: [
    tableColumn('company_id', shapes.id(), { primary: true }),
    tableColumn('company_key', shapes.code(44)),
    tableColumn('created_at', shapes.instant()),
  ],
});

/** Each company's part of its encryption key. */
export class SafeStore1763856000000 implements MigrationInterface {
  readonly name = 'SafeStore1763856000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(KEYS, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(KEYS.name, true);
  }
}
