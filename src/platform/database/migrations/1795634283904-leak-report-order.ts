import type { MigrationInterface, QueryRunner } from 'typeorm';
import { index } from '../tables.js';

const TABLE = 'leak_reports';
const BY_ADDRESS = index('ix_leak_reports_address', ['address', 'reported_at']);

/** Reports are taken address by address. The version before goes on taking them by time; rows stay as they are. */
export class LeakReportOrder1795634283904 implements MigrationInterface {
  readonly name = 'LeakReportOrder1795634283904';

  async up(runner: QueryRunner): Promise<void> {
    if (!(await hasIndex(runner))) await runner.createIndex(TABLE, BY_ADDRESS);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (await hasIndex(runner)) await runner.dropIndex(TABLE, BY_ADDRESS);
  }
}

async function hasIndex(runner: QueryRunner): Promise<boolean> {
  const table = await runner.getTable(TABLE);
  return table?.indices.some(({ name }) => name === BY_ADDRESS.name) ?? false;
}
