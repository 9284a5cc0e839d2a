import mysql from 'mysql2/promise';
import { startPrivateServer } from './private-server.js';
import { serverEngine } from './server-engine.js';
import { versionOf } from './server-version.js';

/** A database server to test or measure on. */
export interface DatabaseServer {
  /** Its root, without a database. */
  url: string;
  /** What it calls itself. */
  version: string;
  /** Ends it, where it was started here. */
  stop: () => Promise<void>;
}

/**
 * The server of `TEST_DATABASE_URL`, or a private one that is started here; undefined where there is neither.
 * @param options of the private one.
 */
export async function databaseServer(options: string[]): Promise<DatabaseServer | undefined> {
  const found = serverEngine();
  if (!found) return undefined;
  return 'url' in found ? givenServer(found.url) : startPrivateServer(found.program, options);
}

async function givenServer(given: string): Promise<DatabaseServer> {
  const url = new URL(given);
  url.pathname = '';
  const connection = await mysql.createConnection(url.href);
  const version = await versionOf(connection);
  await connection.end();
  return { url: url.href.replace(/\/$/, ''), version, stop: () => Promise.resolve() };
}
