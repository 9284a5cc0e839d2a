import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, primary, ref } from '../tables.js';

const KINDS = ['personal_tokens', 'private_tokens'];

/** The memberships that a token may act in. Existing tokens keep the companies that their owner has now. */
export class TokenCompanies1764330060000 implements MigrationInterface {
  readonly name = 'TokenCompanies1764330060000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(table(), true);
    for (const kind of KINDS) {
      // A private token acts only in its own company, whatever it is bound to.
      await runner.query(
        `INSERT INTO token_companies (token_id, company_id, member_since)
         SELECT t.id, m.company_id, m.created_at FROM ${kind} t JOIN memberships m ON m.user_id = t.user_id
         WHERE NOT EXISTS (SELECT 1 FROM token_companies b WHERE b.token_id = t.id)`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(table().name, true);
  }
}

function table(): Table {
  return new Table({
    name: 'token_companies',
    columns: [ref('token_id', primary), ref('company_id', primary), instant('member_since')],
  });
}
