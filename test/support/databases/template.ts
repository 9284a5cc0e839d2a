import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import mysql, { type RowDataPacket } from 'mysql2/promise';

const run = promisify(execFile);
const CLI = fileURLToPath(new URL('../../../src/cli.js', import.meta.url));

/**
 * Migrates a database on a server.
 * @returns the statements that copy its tables and rows into another database
 */
export async function templateStatements(serverUrl: string, dataDir: string): Promise<string> {
  const template = `eudr_template_${randomBytes(6).toString('hex')}`;
  const connection = await mysql.createConnection(serverUrl);
  await connection.query(`CREATE DATABASE ${template} CHARACTER SET utf8mb4`);
  const env = {
    PATH: process.env['PATH'] ?? '',
    DATA_DIR: dataDir,
    DATABASE_URL: `${serverUrl}/${template}`,
    LOG_LEVEL: 'silent',
  };
  await run(process.execPath, [CLI, 'migrate'], { env });
  const [tables] = await connection.query<RowDataPacket[]>(`SHOW TABLES FROM ${template}`);
  const names = tables.map((row) => Object.values(row)[0] as string);
  await connection.end();
  return names
    .map(
      (name) =>
        `CREATE TABLE ${name} LIKE ${template}.${name}; INSERT INTO ${name} SELECT * FROM ${template}.${name};`,
    )
    .join('\n');
}
