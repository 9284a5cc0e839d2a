import mysql from 'mysql2/promise';
import { startPrivateServer } from './private-server.js';
import { serverEngine } from './server-engine.js';
import { versionOf } from './server-version.js';

/** A database server for tests and measurements. */
export interface DatabaseServer {
  /** URL without a database. */
  url: string;
  /** Version as the server reports it. */
  version: string;
  /** Stops the server, if it was started here. */
  stop: () => Promise<void>;
}

/**
 * Returns the server of `TEST_DATABASE_URL`, or starts a private one; undefined if neither is available.
 * @param options options of the private server
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
