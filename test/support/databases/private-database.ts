import mysql from 'mysql2/promise';
import { type DatabaseEnv, freshDatabase, onServer } from './database.js';
import { type PrivateServer, startPrivateServer } from './private-server.js';
import { bootstrapped } from '../processes/processes.js';
import type { PemFiles } from '../tls/pem-files.js';
import { serverEngine } from './server-engine.js';

const engine = serverEngine();
const program = engine && 'program' in engine ? engine.program : undefined;

/** The data of such a server may be lost. */
const WITHOUT_WAITING = ['--innodb-flush-log-at-trx-commit=0', '--innodb-flush-method=nosync'];

/** Whether this file runs on a server engine that it can start and kill. */
export const canKillDatabase = onServer && program !== undefined;

/**
 * For the top of a test file about migrations: returns a function that creates empty databases, if possible
 * on a private server. On a server with the databases of all tests, TypeORM takes seconds to read one table.
 */
export function emptyDatabases(): () => Promise<DatabaseEnv> {
  let own: PrivateServer | undefined;
  beforeAll(async () => {
    if (canKillDatabase) own = await startPrivateServer(program as string, WITHOUT_WAITING);
  });
  afterAll(() => own?.stop());
  return () => freshDatabase(own?.url);
}

export interface PrivateDatabase {
  server: PrivateServer;
  env: DatabaseEnv;
  /** Token with all scopes, of a company in the database. */
  token: string;
}

/** Starts a private server with a company. The server keeps acknowledged data when it is killed. */
export async function startPrivateDatabase(): Promise<PrivateDatabase> {
  const server = await startPrivateServer(program as string);
  const { DATA_DIR } = await freshDatabase();
  const env = { DATA_DIR, DATABASE_URL: `${server.url}/eudr` };
  const connection = await mysql.createConnection(server.url);
  await connection.query('CREATE DATABASE eudr CHARACTER SET utf8mb4');
  await connection.end();
  return { server, env, token: await bootstrapped(env) };
}

/**
 * Starts a private server with an empty database that accepts only encrypted connections, with a certificate
 * for localhost or for another host; with `none`, a server without encryption.
 */
export async function startTlsDatabase(
  files: PemFiles,
  certificate: 'local' | 'elsewhere' | 'none',
): Promise<{ server: PrivateServer; url: string }> {
  const tls = [
    `--ssl-ca=${files.authority}`,
    `--ssl-cert=${files[certificate as 'local']}`,
    `--ssl-key=${files.key}`,
  ];
  const server = await startPrivateServer(program as string, certificate === 'none' ? ['--skip-ssl'] : tls);
  const connection = await mysql.createConnection(server.url);
  await connection.query('CREATE DATABASE eudr CHARACTER SET utf8mb4');
  if (certificate !== 'none') await connection.query('SET GLOBAL require_secure_transport = ON');
  await connection.end();
  return { server, url: `${server.url.replace('127.0.0.1', 'localhost')}/eudr` };
}
