import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, addIndex, dropColumn, dropIndex, index, instant, nullable } from '../tables.js';

const TABLE = 'sessions';
const REFRESHED_AT = instant('refreshed_at', nullable);
const OPEN = index('ix_sessions_open', ['ended_at', REFRESHED_AT.name]);

/**
 * Time of a session's last refresh. It is null in existing sessions and in those of the release before. The
 * job that ends idle sessions then uses the refresh tokens.
 */
export class RefreshedSessions1795632244000 implements MigrationInterface {
  readonly name = 'RefreshedSessions1795632244000';

  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, TABLE, REFRESHED_AT);
    await addIndex(runner, TABLE, OPEN);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, TABLE, OPEN);
    await dropColumn(runner, TABLE, REFRESHED_AT.name);
  }
}
