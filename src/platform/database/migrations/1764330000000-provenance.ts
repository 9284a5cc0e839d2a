import type { MigrationInterface, QueryRunner, TableIndex } from 'typeorm';
import { addColumn, addIndex, dropColumn, dropIndex, index, nullable, ref } from '../tables.js';

/** New columns by table. They are null in existing rows, whose maker is unknown. */
const COLUMNS: Record<string, string[]> = {
  tokens: ['made_by', 'changed_by'],
  personal_tokens: ['made_by', 'changed_by'],
  private_tokens: ['made_by', 'changed_by'],
  sessions: ['made_by'],
  invitations: ['made_by'],
  webhooks: ['url_changed_by', 'secret_changed_by'],
  audit_entries: ['credential_id'],
};

/** Indexes to find what a credential created. */
const INDICES: Record<string, TableIndex[]> = {
  tokens: [index('ix_tokens_made_by', ['made_by'])],
  personal_tokens: [index('ix_personal_tokens_made_by', ['made_by'])],
  private_tokens: [index('ix_private_tokens_made_by', ['made_by'])],
  invitations: [index('ix_invitations_made_by', ['made_by'])],
  webhooks: [
    index('ix_webhooks_url_changed_by', ['url_changed_by']),
    index('ix_webhooks_secret_changed_by', ['secret_changed_by']),
  ],
  audit_entries: [index('ix_audit_entries_credential', ['credential_id'])],
};

/** Stores the credential that created and last changed each credential, invitation and webhook. */
export class Provenance1764330000000 implements MigrationInterface {
  readonly name = 'Provenance1764330000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(COLUMNS)) {
      for (const column of columns) await addColumn(runner, table, ref(column, nullable));
      for (const input of INDICES[table] ?? []) {
        await addIndex(runner, table, input);
      }
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(COLUMNS)) {
      for (const made of INDICES[table] ?? []) {
        await dropIndex(runner, table, made);
      }
      for (const column of columns) await dropColumn(runner, table, column);
    }
  }
}
