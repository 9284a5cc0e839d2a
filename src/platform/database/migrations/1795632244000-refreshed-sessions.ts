import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, addIndex, dropColumn, dropIndex, index, instant, nullable } from '../tables.js';

const TABLE = 'sessions';
const REFRESHED_AT = instant('refreshed_at', nullable);
const OPEN = index('ix_sessions_open', ['ended_at', REFRESHED_AT.name]);

/**
 * When a session was refreshed last. It is null in sessions from before, and in those of a process of the version before
 * that still runs: the job that ends idle sessions then asks their refresh tokens.
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
