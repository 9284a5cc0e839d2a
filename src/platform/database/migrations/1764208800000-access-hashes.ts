import type { MigrationInterface, QueryRunner } from 'typeorm';
import { shapes, tableColumn } from '../columns.js';
import { addColumn, dropColumn, index, nullable } from '../tables.js';

const TABLE = 'refresh_tokens';
const HASH = tableColumn('access_hash', shapes.code(64), nullable);
const BY_HASH = index('ix_refresh_tokens_access', [HASH.name]);

/** The access token that was given with a refresh token, so that a leaked one is found. */
export class AccessHashes1764208800000 implements MigrationInterface {
  readonly name = 'AccessHashes1764208800000';

  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, TABLE, HASH);
    if (!(await hasIndex(runner))) await runner.createIndex(TABLE, BY_HASH);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (await hasIndex(runner)) await runner.dropIndex(TABLE, BY_HASH);
    await dropColumn(runner, TABLE, HASH.name);
  }
}

async function hasIndex(runner: QueryRunner): Promise<boolean> {
  const table = await runner.getTable(TABLE);
  return !!table?.indices.some(({ name }) => name === BY_HASH.name);
}
