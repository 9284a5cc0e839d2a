import type { MigrationInterface, QueryRunner, TableIndex } from 'typeorm';
import { addIndex, dropIndex, index } from '../tables.js';

const OWNER = ['user_id', 'company_id'];

/** New indexes by table. Live rows lie together, so deleted rows do not slow a list down. */
const ADDED: [table: string, one: TableIndex][] = [
  ['integrations', index('ix_integrations_name', ['company_id', 'name', 'deleted_at'])],
  ['private_tokens', index('ix_private_tokens_live', [...OWNER, 'deleted_at', 'id'])],
  ['private_tokens', index('ix_private_tokens_live_name', [...OWNER, 'deleted_at', 'name', 'id'])],
  ['private_tokens', index('ix_private_tokens_live_expiry', [...OWNER, 'deleted_at', 'expires_at', 'id'])],
];

/** The release before does not name these indexes and works with the new ones as well. */
const REPLACED: [table: string, one: TableIndex][] = [
  ['private_tokens', index('ix_private_tokens_user', [...OWNER, 'id'])],
  ['private_tokens', index('ix_private_tokens_name', [...OWNER, 'name', 'id'])],
  ['private_tokens', index('ix_private_tokens_expiry', [...OWNER, 'expires_at', 'id'])],
];

/** Indexes to find integrations and live private tokens by name. Rows do not change. */
export class LiveNames1795643571709 implements MigrationInterface {
  readonly name = 'LiveNames1795643571709';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, one] of ADDED) await addIndex(runner, table, one);
    for (const [table, one] of REPLACED) await dropIndex(runner, table, one);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, one] of REPLACED) await addIndex(runner, table, one);
    for (const [table, one] of ADDED) await dropIndex(runner, table, one);
  }
}
