import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { shapes, tableColumn as column } from '../columns.js';
import { index, instant, nullable, primary, ref, unique } from '../tables.js';

/** Tables for sign-in: sessions with their refresh tokens, private tokens, and invitations. */
export class Sessions1764118800000 implements MigrationInterface {
  readonly name = 'Sessions1764118800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables()) await runner.createTable(table, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables().reverse()) await runner.dropTable(table.name, true);
  }
}

function tables(): Table[] {
  return [sessions(), refreshTokens(), privateTokens(), invitations()];
}

function sessions(): Table {
  return new Table({
    name: 'sessions',
    columns: [
      ref('id', primary),
      ref('user_id'),
      ref('company_id'),
      instant('created_at'),
      instant('expires_at'),
      instant('ended_at', nullable),
      column('ended_reason', shapes.code(40), nullable),
    ],
    indices: [index('ix_sessions_user', ['user_id', 'ended_at'])],
  });
}

function refreshTokens(): Table {
  return new Table({
    name: 'refresh_tokens',
    columns: [
      column('hash', shapes.code(64), primary),
      ref('session_id'),
      instant('created_at'),
      instant('used_at', nullable),
    ],
    indices: [index('ix_refresh_tokens_session', ['session_id'])],
  });
}

function privateTokens(): Table {
  return new Table({
    name: 'private_tokens',
    columns: [
      ref('id', primary),
      ref('user_id'),
      ref('company_id'),
      column('name', shapes.text(255)),
      column('hash', shapes.code(64)),
      instant('expires_at'),
      instant('deleted_at', nullable),
      instant('created_at'),
    ],
    indices: [
      unique('uq_private_tokens_hash', ['hash']),
      index('ix_private_tokens_user', ['user_id', 'company_id', 'id']),
    ],
  });
}

function invitations(): Table {
  return new Table({
    name: 'invitations',
    columns: [
      ref('id', primary),
      ref('company_id'),
      column('email', shapes.key(254)),
      column('roles', shapes.json()),
      column('hash', shapes.code(64)),
      ref('invited_by'),
      instant('expires_at'),
      instant('accepted_at', nullable),
      instant('created_at'),
    ],
    indices: [
      unique('uq_invitations_hash', ['hash']),
      index('ix_invitations_company', ['company_id', 'email']),
    ],
  });
}
