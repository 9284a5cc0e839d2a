import type { MigrationInterface, QueryRunner, TableIndex } from 'typeorm';
import { addIndex, dropIndex, index } from '../tables.js';

/** New indexes by table. Each list is read, and each limit is counted, in the order of one of them. */
const ADDED: Record<string, TableIndex[]> = {
  integrations: [index('ix_integrations_live', ['company_id', 'deleted_at', 'id'])],
  tokens: [index('ix_tokens_live', ['company_id', 'revoked_at', 'expires_at'])],
  private_tokens: [
    index('ix_private_tokens_name', ['user_id', 'company_id', 'name', 'id']),
    index('ix_private_tokens_expiry', ['user_id', 'company_id', 'expires_at', 'id']),
  ],
  invitations: [index('ix_invitations_open', ['company_id', 'accepted_at', 'expires_at', 'id'])],
  audit_entries: [
    index('ix_audit_entries_time', ['company_id', 'at', 'sequence']),
    index('ix_audit_entries_actor_name', ['company_id', 'actor_name', 'sequence']),
    index('ix_audit_entries_target_name', ['company_id', 'target_name', 'sequence']),
  ],
  sync_logs: [
    index('ix_sync_logs_status', ['integration_id', 'status', 'id']),
    index('ix_sync_logs_type', ['integration_id', 'entity_type', 'id']),
  ],
  webhooks: [index('ix_webhooks_company', ['company_id', 'deleted_at'])],
  webhook_attempts: [index('ix_webhook_attempts_order', ['webhook_id', 'set_id', 'position', 'id'])],
};

/** Old indexes that are prefixes of new ones and therefore no longer needed. */
const REPLACED: Record<string, TableIndex[]> = {
  integrations: [index('ix_integrations_company', ['company_id', 'id'])],
  audit_entries: [index('ix_audit_entries_at', ['company_id', 'at'])],
  webhook_attempts: [index('ix_webhook_attempts_delivery', ['webhook_id', 'set_id', 'position'])],
};

/**
 * Indexes for lists and limits. Rows do not change; the release before works with the new indexes as well.
 */
export class ListIndices1795634000000 implements MigrationInterface {
  readonly name = 'ListIndices1795634000000';

  async up(runner: QueryRunner): Promise<void> {
    await each(ADDED, (table, one) => addIndex(runner, table, one));
    await each(REPLACED, (table, one) => dropIndex(runner, table, one));
  }

  async down(runner: QueryRunner): Promise<void> {
    await each(REPLACED, (table, one) => addIndex(runner, table, one));
    await each(ADDED, (table, one) => dropIndex(runner, table, one));
  }
}

async function each(
  indices: Record<string, TableIndex[]>,
  act: (table: string, one: TableIndex) => Promise<void>,
): Promise<void> {
  for (const [table, ofTable] of Object.entries(indices)) {
    for (const one of ofTable) await act(table, one);
  }
}
