import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  type TableColumnOptions,
  TableIndex,
} from 'typeorm';
import { shapes, tableColumn as column } from '../columns.js';

const nullable = { nullable: true };
const primary = { primary: true };
const ref = (name: string, extra = {}): TableColumnOptions => column(name, shapes.id(), extra);
const instant = (name: string, extra = {}): TableColumnOptions => column(name, shapes.instant(), extra);
const index = (name: string, columnNames: string[]): TableIndex => new TableIndex({ name, columnNames });
const unique = (name: string, columnNames: string[]): TableIndex =>
  new TableIndex({ name, columnNames, isUnique: true });

/** People, what they may do in which company, and their personal tokens. */
export class People1764115200000 implements MigrationInterface {
  readonly name = 'People1764115200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables()) await runner.createTable(table, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables().reverse()) await runner.dropTable(table.name, true);
  }
}

function tables(): Table[] {
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
