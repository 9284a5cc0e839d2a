import type { MigrationInterface, QueryRunner } from 'typeorm';
import { shapes, tableColumn } from '../columns.js';
import { addColumn, addIndex, dropColumn, dropIndex, index, nullable } from '../tables.js';

const TABLE = 'webhooks';
const COLUMNS = ['secret_hash', 'previous_secret_hash'];
const indexOf = (column: string): ReturnType<typeof index> => index(`ix_webhooks_${column}`, [column]);

/**
 * By these a leak report finds a webhook's secret. Null for secrets from before, and for those that the version before
 * makes beside this one: they are not found until they are rotated.
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
