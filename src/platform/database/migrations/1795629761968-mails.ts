import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { shapes, tableColumn as column } from '../columns.js';
import { index, instant, nullable, primary, ref } from '../tables.js';

/**
 * Table of messages that wait for the mail server. It starts empty, because earlier versions wrote mail only
 * to files.
 */
export class Mails1795629761968 implements MigrationInterface {
  readonly name = 'Mails1795629761968';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(table(), true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(table(), true);
  }
}

function table(): Table {
  return new Table({
    name: 'mails',
    columns: [
      ref('id', primary),
      ref('company_id'),
      column('recipient', shapes.key(254)),
      column('status', shapes.code(20)),
      column('sealed', shapes.bigText(), nullable),
      column('tries', shapes.int()),
      instant('due_at'),
      instant('created_at'),
      instant('expires_at'),
    ],
    indices: [
      index('ix_mails_company', ['company_id', 'created_at']),
      index('ix_mails_recipient', ['company_id', 'recipient']),
      index('ix_mails_due', ['status', 'due_at']),
      index('ix_mails_expires', ['expires_at']),
    ],
  });
}
