import type { MigrationInterface, QueryRunner } from 'typeorm';
import { shapes, tableColumn } from '../columns.js';
import { addColumn, addIndex, dropColumn, dropIndex, nullable, unique } from '../tables.js';

const TABLE = 'invitations';
const MAIL_HASH = tableColumn('mail_hash', shapes.code(64), nullable);
const BY_MAIL = unique('uq_invitations_mail_hash', [MAIL_HASH.name]);

/**
 * Adds a second invitation secret. It is sent only by email, so using it proves that the person owns the
 * address. Existing invitations keep only their old secret. Their sender has seen it, so it proves nothing.
 * Accounts that an operator created, according to the audit log, become verified.
 */
export class MailedSecrets1764330120000 implements MigrationInterface {
  readonly name = 'MailedSecrets1764330120000';

  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, TABLE, MAIL_HASH);
    await addIndex(runner, TABLE, BY_MAIL);
    await runner.query(
      `UPDATE users SET verified = 1 WHERE id IN
       (SELECT target_id FROM audit_entries WHERE action = 'user.created' AND actor_kind = 'operator')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, TABLE, BY_MAIL);
    await dropColumn(runner, TABLE, MAIL_HASH.name);
  }
}
