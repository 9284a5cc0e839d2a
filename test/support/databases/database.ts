import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import mysql from 'mysql2/promise';

/** The variables that point a process at a database. */
export type DatabaseEnv = { DATA_DIR: string; DATABASE_URL?: string };

/** The engine that this test file runs on. */
export const onServer = process.env['DATABASE_URL'] !== undefined;

const folder = process.env['EUDR_TEST_FOLDER'] as string;
const server = process.env['EUDR_TEST_SERVER'] as string;

/** An empty database of one's own, removed with all others when the tests end. */
export async function freshDatabase(on = server): Promise<DatabaseEnv> {
  const DATA_DIR = mkdtempSync(join(folder, 'data-'));
  return onServer ? { DATA_DIR, DATABASE_URL: await createDatabase(on) } : { DATA_DIR };
}

/**
 * A database of one's own that is migrated. On a server its tables are copied, for a server that holds the databases of all
 * tests takes seconds to migrate one more.
 */
export async function migratedDatabase(): Promise<DatabaseEnv> {
  const { DATA_DIR, DATABASE_URL } = await freshDatabase();
  if (DATABASE_URL === undefined) return { DATA_DIR };
  const connection = await mysql.createConnection({ uri: DATABASE_URL, multipleStatements: true });
  await connection.query(process.env['EUDR_TEST_TABLES'] as string);
  await connection.end();
  return { DATA_DIR, DATABASE_URL };
}

async function createDatabase(on: string): Promise<string> {
  const name = `eudr_${randomBytes(6).toString('hex')}`;
  const connection = await mysql.createConnection(on);
  await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  await connection.end();
  return `${on}/${name}`;
}
