import type { MigrationInterface, QueryRunner } from 'typeorm';
import { shapes, tableColumn } from '../columns.js';
import { addColumn, addIndex, dropColumn, dropIndex, nullable, unique } from '../tables.js';

const TABLE = 'invitations';
const MAIL_HASH = tableColumn('mail_hash', shapes.code(64), nullable);
const BY_MAIL = unique('uq_invitations_mail_hash', [MAIL_HASH.name]);

/**
 * The secret that an invitation's mail alone carries. An invitation from before has one secret, which its sender has
 * seen as well. Accounts from before are verified where the operator made them, as the audit log tells.
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
