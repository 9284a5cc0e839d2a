import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import mysql from 'mysql2/promise';

/** Variables that select a database. */
export type DatabaseEnv = { DATA_DIR: string; DATABASE_URL?: string };

/** Whether this test file runs on a server engine. */
export const onServer = process.env['DATABASE_URL'] !== undefined;

const folder = process.env['EUDR_TEST_FOLDER'] as string;
const server = process.env['EUDR_TEST_SERVER'] as string;

/** Creates an empty database. It is removed at the end of the tests. */
export async function freshDatabase(on = server): Promise<DatabaseEnv> {
  const DATA_DIR = mkdtempSync(join(folder, 'data-'));
  return onServer ? { DATA_DIR, DATABASE_URL: await createDatabase(on) } : { DATA_DIR };
}

/**
 * Creates a migrated database. On a server it copies the tables, because migrating takes seconds if the
 * server holds the databases of all tests.
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
