import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { serverEngine } from './server-engine.js';
import { startPrivateServer } from './private-server.js';

/** Private servers keep nothing, so they need not wait for the disk. */
const FORGETFUL = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-buffer-pool-size=256M',
  '--max-connections=500',
];

let privateServer;

/** Builds what the tests start as processes of their own, and provides the databases. */
export async function setup() {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  process.env.EUDR_TEST_FOLDER = mkdtempSync(join(tmpdir(), 'eudr-test-'));
  const engine = serverEngine();
  if (!engine) return;
  if (engine.program) {
    const server = await startPrivateServer(engine.program, FORGETFUL);
    privateServer = server;
    process.env.EUDR_TEST_SERVER = server.url;
    process.env.EUDR_TEST_SERVER_VERSION = server.version;
    return;
  }
  const given = new URL(engine.url);
  given.pathname = '';
  const connection = await mysql.createConnection(given.href);
  const [[row]] = await connection.query('SELECT VERSION() AS version');
  await connection.end();
  process.env.EUDR_TEST_SERVER = given.href.replace(/\/$/, '');
  process.env.EUDR_TEST_SERVER_VERSION = row.version;
}

/** Removes what the setup made. */
export async function teardown() {
  await privateServer?.stop();
  rmSync(process.env.EUDR_TEST_FOLDER, { recursive: true, force: true });
}
