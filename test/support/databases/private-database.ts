import mysql from 'mysql2/promise';
import { type DatabaseEnv, freshDatabase, onServer } from './database.js';
import { type PrivateServer, startPrivateServer } from './private-server.js';
import { bootstrapped } from '../processes/processes.js';
import { serverEngine } from './server-engine.js';

const engine = serverEngine();
const program = engine && 'program' in engine ? engine.program : undefined;

/** Whether this file runs on a server engine that can be started and killed at will. */
export const canKillDatabase = onServer && program !== undefined;

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
