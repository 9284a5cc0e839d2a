import type { MigrationInterface, QueryRunner } from 'typeorm';
import { shapes, tableColumn } from '../columns.js';
import { addColumn, addIndex, dropColumn, dropIndex, index, nullable } from '../tables.js';

const TABLE = 'webhooks';
const COLUMNS = ['secret_hash', 'previous_secret_hash'];
const indexOf = (column: string): ReturnType<typeof index> => index(`ix_webhooks_${column}`, [column]);

/**
 * Hashes by which a leak report finds a webhook's secret.
 * They are null for existing secrets, and for those that the release before creates meanwhile. Such secrets
 * are found only after a rotation.
 */
export class WebhookSecretHashes1795637200000 implements MigrationInterface {
  readonly name = 'WebhookSecretHashes1795637200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of COLUMNS) {
      await addColumn(runner, TABLE, tableColumn(column, shapes.code(64), nullable));
      await addIndex(runner, TABLE, indexOf(column));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of COLUMNS) await dropIndex(runner, TABLE, indexOf(column));
    for (const column of COLUMNS) await dropColumn(runner, TABLE, column);
  }
}
