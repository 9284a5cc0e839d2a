import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { shapes, tableColumn } from '../columns.js';
import { addColumn, dropColumn, index, instant, nullable, primary, ref } from '../tables.js';

const REPORTED_ID = ref('credential_id', nullable);

/**
 * Leaked credentials, and how far the search for their creations has come.
 * Waiting reports are still looked up by hash. A process of the release before revokes the reported
 * credential and does not search for its creations.
 */
export class LeakTraces1795630980000 implements MigrationInterface {
  readonly name = 'LeakTraces1795630980000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(leaks(), true);
    await runner.createTable(reach(), true);
    await addColumn(runner, 'leak_reports', REPORTED_ID);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'leak_reports', REPORTED_ID.name);
    await runner.dropTable(reach().name, true);
    await runner.dropTable(leaks().name, true);
  }
}

function leaks(): Table {
  return new Table({
    name: 'leaks',
    columns: [
      ref('credential_id', primary),
      tableColumn('reported_by', shapes.json()),
      instant('reported_at'),
      instant('finished_at', nullable),
    ],
    indices: [index('ix_leaks_finished', ['finished_at', 'reported_at'])],
  });
}

function reach(): Table {
  return new Table({
    name: 'leak_reach',
    columns: [
      ref('leak_id', primary),
      ref('credential_id', primary),
      tableColumn('is_traced', shapes.bool()),
      ref('after_id', nullable),
    ],
    indices: [index('ix_leak_reach_open', ['leak_id', 'is_traced'])],
  });
}
