import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, primary, ref } from '../tables.js';

/**
 * End of the due times that are reserved for an endpoint's resends, to limit their rate.
 * Resends that already wait stay due at once. The release before does not use this table.
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
