import mysql from 'mysql2/promise';
import { type DatabaseEnv, freshDatabase, onServer } from './database.js';
import { type PrivateServer, startPrivateServer } from './private-server.js';
import { bootstrapped } from '../processes/processes.js';
import type { PemFiles } from '../tls/pem-files.js';
import { serverEngine } from './server-engine.js';

const engine = serverEngine();
const program = engine && 'program' in engine ? engine.program : undefined;

/** What is lost when such a server dies nobody misses. */
const WITHOUT_WAITING = ['--innodb-flush-log-at-trx-commit=0', '--innodb-flush-method=nosync'];

/** Whether this file runs on a server engine that can be started and killed at will. */
export const canKillDatabase = onServer && program !== undefined;

/**
 * For the top of a test file whose subject is migrations: makes empty databases, on a server of their own where there is
 * one. On a server with the databases of all tests TypeORM's look at one table takes seconds.
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
  /** Of a company that is set up there, with all scopes. */
  token: string;
}

/** A set-up database on a server of its own, which keeps what it acknowledged when it is killed. */
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
 * An empty database on a server of its own that takes encrypted connections only, with a certificate for localhost or for
 * elsewhere; or one on a server that offers no encryption.
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
