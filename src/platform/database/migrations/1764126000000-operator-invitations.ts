import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { nullable, ref } from '../tables.js';

/** An invitation by the operator has no member as its sender. */
export class OperatorInvitations1764126000000 implements MigrationInterface {
  readonly name = 'OperatorInvitations1764126000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.changeColumn('invitations', 'invited_by', new TableColumn(ref('invited_by', nullable)));
  }

  /** The old schema cannot hold invitations by the operator, so they are deleted. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM invitations WHERE invited_by IS NULL');
    await runner.changeColumn('invitations', 'invited_by', new TableColumn(ref('invited_by')));
  }
}
