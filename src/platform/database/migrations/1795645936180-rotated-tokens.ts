import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndex, dropIndex, index } from '../tables.js';

const TABLE = 'tokens';
const BY_CHANGER = index('ix_tokens_changed_by', ['changed_by']);

/** Index to find the tokens that a leaked credential rotated. Rows do not change. */
export class RotatedTokens1795645936180 implements MigrationInterface {
  readonly name = 'RotatedTokens1795645936180';

  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, TABLE, BY_CHANGER);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, TABLE, BY_CHANGER);
  }
}
