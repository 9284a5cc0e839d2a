import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn, instant, nullable, ref } from '../tables.js';

const LEASE = ref('lease', nullable);
const LEASE_UNTIL = instant('lease_until', nullable);

/** A process claims an endpoint with everything that waits for it, instead of each delivery. */
export class EndpointLeases1764028800000 implements MigrationInterface {
  readonly name = 'EndpointLeases1764028800000';

  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'webhooks', LEASE);
    await addColumn(runner, 'webhooks', LEASE_UNTIL);
    await dropColumn(runner, 'webhook_deliveries', LEASE.name);
  }

  async down(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'webhook_deliveries', LEASE);
    await dropColumn(runner, 'webhooks', LEASE_UNTIL.name);
    await dropColumn(runner, 'webhooks', LEASE.name);
  }
}
