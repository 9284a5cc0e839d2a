import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { shapes, tableColumn } from '../columns.js';
import { nullable } from '../tables.js';

const LEASE = ['lease', shapes.id()] as const;
const LEASE_UNTIL = ['lease_until', shapes.instant()] as const;

/** A process claims an endpoint and all that waits for it, not each delivery. */
export class EndpointLeases1764028800000 implements MigrationInterface {
  readonly name = 'EndpointLeases1764028800000';

  async up(runner: QueryRunner): Promise<void> {
    await add(runner, 'webhooks', LEASE);
    await add(runner, 'webhooks', LEASE_UNTIL);
    await drop(runner, 'webhook_deliveries', LEASE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await add(runner, 'webhook_deliveries', LEASE);
    await drop(runner, 'webhooks', LEASE_UNTIL);
    await drop(runner, 'webhooks', LEASE);
  }
}

type Name = typeof LEASE | typeof LEASE_UNTIL;

async function add(runner: QueryRunner, table: string, [name, shape]: Name): Promise<void> {
  if (await runner.hasColumn(table, name)) return;
  await runner.addColumn(table, new TableColumn(tableColumn(name, shape, nullable)));
}

async function drop(runner: QueryRunner, table: string, [name]: Name): Promise<void> {
  if (await runner.hasColumn(table, name)) await runner.dropColumn(table, name);
}
