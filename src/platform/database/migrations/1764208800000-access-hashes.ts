import type { MigrationInterface, QueryRunner } from 'typeorm';
import { shapes, tableColumn } from '../columns.js';
import { addColumn, addIndex, dropColumn, dropIndex, index, nullable } from '../tables.js';

const TABLE = 'refresh_tokens';
const HASH = tableColumn('access_hash', shapes.code(64), nullable);
const BY_HASH = index('ix_refresh_tokens_access', [HASH.name]);

/** Hash of the access token that was issued with a refresh token, to find a leaked one. */
export class AccessHashes1764208800000 implements MigrationInterface {
  readonly name = 'AccessHashes1764208800000';

  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, TABLE, HASH);
    await addIndex(runner, TABLE, BY_HASH);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, TABLE, BY_HASH);
    await dropColumn(runner, TABLE, HASH.name);
  }
}
