import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, primary, ref } from '../tables.js';

/**
 * By when all that an endpoint is to be sent again will have been sent, so that it comes at a bounded rate. What waits to
 * be sent again from before stays due at once; the version before does not look here.
 */
export class WebhookResends1795635409844 implements MigrationInterface {
  readonly name = 'WebhookResends1795635409844';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(table(), true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(table(), true);
  }
}

function table(): Table {
  return new Table({ name: 'webhook_resends', columns: [ref('webhook_id', primary), instant('ends_at')] });
}
