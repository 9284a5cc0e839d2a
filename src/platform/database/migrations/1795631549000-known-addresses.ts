import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { shapes, tableColumn } from '../columns.js';
import { index, instant, primary, ref } from '../tables.js';

/**
 * The addresses from which people sign in. The table starts empty; the next sign-in from an address makes
 * that address known.
 */
export class KnownAddresses1795631549000 implements MigrationInterface {
  readonly name = 'KnownAddresses1795631549000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(table(), true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(table().name, true);
  }
}

function table(): Table {
  return new Table({
    name: 'known_addresses',
    columns: [ref('user_id', primary), tableColumn('mac', shapes.code(64), primary), instant('used_at')],
    indices: [index('ix_known_addresses_used', ['used_at'])],
  });
}
