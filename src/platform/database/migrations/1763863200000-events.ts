import { type MigrationInterface, type QueryRunner, Table, TableColumn } from 'typeorm';
import { shapes, tableColumn as column } from '../columns.js';
import { index, instant, nullable, primary, ref } from '../tables.js';

/** Events and their feed, idempotency keys, webhooks and their deliveries. */
export class Events1763863200000 implements MigrationInterface {
  readonly name = 'Events1763863200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables()) await runner.createTable(table, true);
    if (await runner.hasColumn('integration_state', 'swept_to')) return;
    await runner.addColumn(
      'integration_state',
      new TableColumn(column('swept_to', shapes.bigInt(), nullable)),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('integration_state', 'swept_to');
    for (const table of tables().reverse()) await runner.dropTable(table.name, true);
  }
}

function tables(): Table[] {
  return [...eventTables(), idempotencyTable(), ...webhookTables(), ...deliveryTables()];
}

function eventTables(): Table[] {
  return [
    new Table({
      name: 'event_sets',
      columns: [
        ref('id', primary),
        ref('company_id'),
        ref('integration_id'),
        column('events', shapes.int()),
        instant('created_at'),
        instant('fanned_out_at', nullable),
        ref('fanned_out_by', nullable),
      ],
      indices: [
        index('ix_event_sets_waiting', ['fanned_out_at', 'id']),
        index('ix_event_sets_integration', ['integration_id', 'id']),
      ],
    }),
    new Table({
      name: 'events',
      columns: [
        ref('set_id', primary),
        column('position', shapes.int(), primary),
        column('type', shapes.code(40)),
        column('data', shapes.json()),
      ],
    }),
    new Table({
      name: 'change_log',
      columns: [
        ref('integration_id', primary),
        column('sequence', shapes.bigInt(), primary),
        ref('set_id'),
        instant('created_at'),
      ],
      indices: [index('ix_change_log_created', ['created_at']), index('ix_change_log_set', ['set_id'])],
    }),
  ];
}

function idempotencyTable(): Table {
  return new Table({
    name: 'idempotency_keys',
    columns: [
      column('id', shapes.code(64), primary),
      ref('company_id'),
      column('fingerprint', shapes.code(64)),
      ref('owner'),
      instant('lease_until'),
      column('status', shapes.int(), nullable),
      column('answer', shapes.bigText(), nullable),
      instant('expires_at'),
    ],
    indices: [index('ix_idempotency_keys_expiry', ['expires_at'])],
  });
}

function webhookTables(): Table[] {
  return [
    new Table({
      name: 'webhooks',
      columns: [
        ref('id', primary),
        ref('company_id'),
        ref('integration_id'),
        ref('credential_id'),
        column('url', shapes.text(2048)),
        column('description', shapes.text(500), nullable),
        column('events', shapes.json()),
        column('active', shapes.bool()),
        column('secret', shapes.bigText()),
        column('previous_secret', shapes.bigText(), nullable),
        instant('previous_secret_until', nullable),
        column('failure_count', shapes.int()),
        instant('last_delivered_at', nullable),
        instant('disabled_at', nullable),
        column('disabled_reason', shapes.text(500), nullable),
        instant('created_at'),
        instant('updated_at'),
        instant('deleted_at', nullable),
      ],
      indices: [
        index('ix_webhooks_integration', ['integration_id', 'deleted_at', 'id']),
        index('ix_webhooks_credential', ['credential_id']),
      ],
    }),
    new Table({
      name: 'webhook_subscriptions',
      columns: [ref('webhook_id', primary), column('event_type', shapes.code(40), primary)],
    }),
  ];
}

function deliveryTables(): Table[] {
  return [
    new Table({
      name: 'webhook_deliveries',
      columns: [
        ref('webhook_id', primary),
        ref('set_id', primary),
        column('position', shapes.int(), primary),
        column('event', shapes.code(40)),
        column('status', shapes.code(10)),
        instant('due_at'),
        ref('lease', nullable),
        column('tries', shapes.int()),
        instant('tried_at', nullable),
        column('reason', shapes.text(500), nullable),
        instant('created_at'),
      ],
      indices: [
        index('ix_webhook_deliveries_due', ['webhook_id', 'status', 'due_at']),
        index('ix_webhook_deliveries_status', ['webhook_id', 'status', 'set_id', 'position']),
      ],
    }),
    new Table({
      name: 'webhook_attempts',
      columns: [
        ref('id', primary),
        ref('webhook_id'),
        ref('set_id'),
        column('position', shapes.int()),
        instant('at'),
        column('status_code', shapes.int(), nullable),
        column('duration_ms', shapes.int()),
        column('answer', shapes.bigText()),
        column('error', shapes.text(500), nullable),
      ],
      indices: [index('ix_webhook_attempts_delivery', ['webhook_id', 'set_id', 'position'])],
    }),
  ];
}
