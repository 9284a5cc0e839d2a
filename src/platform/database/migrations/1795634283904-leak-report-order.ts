import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndex, dropIndex, index } from '../tables.js';

const TABLE = 'leak_reports';
const BY_ADDRESS = index('ix_leak_reports_address', ['address', 'reported_at']);

/**
 * Index for reading reports address by address. The release before still reads by time; rows do not change.
 */
export class LeakReportOrder1795634283904 implements MigrationInterface {
  readonly name = 'LeakReportOrder1795634283904';

  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, TABLE, BY_ADDRESS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, TABLE, BY_ADDRESS);
  }
}
