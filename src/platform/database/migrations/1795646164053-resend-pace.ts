import type { MigrationInterface, QueryRunner } from 'typeorm';
import { shapes, tableColumn } from '../columns.js';
import { addColumn, addIndex, dropColumn, dropIndex, index, instant, nullable } from '../tables.js';

const TABLE = 'webhook_deliveries';
const RESENT = tableColumn('resent', shapes.bool(), { default: 0 });
const ROUND = tableColumn('round', shapes.int(), { default: 0 });
const PACE = instant('resend_pace_until', nullable);

const QUEUES = index('ix_webhook_deliveries_queues', ['webhook_id', 'status', 'resent', 'due_at']);
/** The release before does not name this index and works with the new one as well. */
const DUE = index('ix_webhook_deliveries_due', ['webhook_id', 'status', 'due_at']);

/**
 * Marks resent deliveries, so the dispatcher can limit their rate even if they are overdue.
 * Resends that already wait, or that the release before queues meanwhile, are not marked and have no limit,
 * as before.
 */
export class ResendPace1795646164053 implements MigrationInterface {
  readonly name = 'ResendPace1795646164053';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of [RESENT, ROUND]) await addColumn(runner, TABLE, column);
    await addIndex(runner, TABLE, QUEUES);
    await dropIndex(runner, TABLE, DUE);
    await addColumn(runner, 'webhooks', PACE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'webhooks', PACE.name);
    await addIndex(runner, TABLE, DUE);
    await dropIndex(runner, TABLE, QUEUES);
    for (const { name } of [ROUND, RESENT]) await dropColumn(runner, TABLE, name);
  }
}
