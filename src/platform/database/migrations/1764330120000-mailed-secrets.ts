import type { MigrationInterface, QueryRunner } from 'typeorm';
import { shapes, tableColumn } from '../columns.js';
import { addColumn, addIndex, dropColumn, dropIndex, nullable, unique } from '../tables.js';

const TABLE = 'invitations';
const MAIL_HASH = tableColumn('mail_hash', shapes.code(64), nullable);
const BY_MAIL = unique('uq_invitations_mail_hash', [MAIL_HASH.name]);

/**
 * A second secret, which only the invitation's mail contains. Existing invitations have one secret, which
 * their sender has seen.
 * Existing accounts count as verified if the operator created them, according to the audit log.
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
