import { type MigrationInterface, type QueryRunner, Table, TableColumn } from 'typeorm';
import { shapes, tableColumn as column } from '../columns.js';
import { index, instant, nullable, primary, ref, unique } from '../tables.js';

/**
 * People, their roles in companies, their personal tokens, reports of leaked credentials, and usage by day.
 */
export class People1764115200000 implements MigrationInterface {
  readonly name = 'People1764115200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables()) await runner.createTable(table, true);
    for (const added of integrationColumns()) {
      if (!(await runner.hasColumn('integrations', added.name)))
        await runner.addColumn('integrations', added);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of integrationColumns()) await runner.dropColumn('integrations', name);
    for (const table of tables().reverse()) await runner.dropTable(table.name, true);
  }
}

function integrationColumns(): TableColumn[] {
  return [
    new TableColumn(column('sync_method', shapes.code(20), { default: "'PUSH'" })),
    new TableColumn(instant('deleted_at', nullable)),
  ];
}

function tables(): Table[] {
  return [...peopleTables(), ...credentialTables()];
}

function peopleTables(): Table[] {
  return [
    new Table({
      name: 'users',
      columns: [
        ref('id', primary),
        column('email', shapes.key(254)),
        column('password_hash', shapes.text(255), nullable),
        ref('default_company_id'),
        column('verified', shapes.bool()),
        instant('disabled_at', nullable),
        instant('created_at'),
        instant('updated_at'),
      ],
      indices: [unique('uq_users_email', ['email'])],
    }),
    new Table({
      name: 'memberships',
      columns: [
        ref('user_id', primary),
        ref('company_id', primary),
        column('roles', shapes.json()),
        instant('created_at'),
        instant('updated_at'),
      ],
      indices: [index('ix_memberships_company', ['company_id', 'user_id'])],
    }),
  ];
}

function credentialTables(): Table[] {
  return [
    new Table({
      name: 'usage_days',
      columns: [
        ref('company_id', primary),
        column('day', shapes.code(10), primary),
        ref('credential_id', primary),
        column('requests', shapes.int()),
        column('errors', shapes.int()),
        instant('last_used_at'),
      ],
    }),
    new Table({
      name: 'leak_reports',
      columns: [
        column('hash', shapes.code(64), primary),
        column('address', shapes.code(64)),
        instant('reported_at'),
      ],
      indices: [index('ix_leak_reports_reported', ['reported_at'])],
    }),
    new Table({
      name: 'personal_tokens',
      columns: [
        ref('id', primary),
        ref('user_id'),
        column('name', shapes.text(255)),
        column('hash', shapes.code(64)),
        column('prefix', shapes.code(20)),
        instant('expires_at', nullable),
        instant('revoked_at', nullable),
        instant('last_used_at', nullable),
        instant('created_at'),
      ],
      indices: [
        unique('uq_personal_tokens_hash', ['hash']),
        index('ix_personal_tokens_user', ['user_id', 'id']),
      ],
    }),
  ];
}
