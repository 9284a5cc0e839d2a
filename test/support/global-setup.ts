import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseServer, databaseServer } from './database-server.js';

/** Private servers keep nothing, so they need not wait for the disk. */
const FORGETFUL = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-buffer-pool-size=256M',
  '--max-connections=500',
  '--innodb-flush-method=nosync',
  '--innodb-doublewrite=0',
];

let server: DatabaseServer | undefined;

/** Builds what the tests start as processes of their own, and provides the databases. */
export async function setup(): Promise<void> {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  process.env['EUDR_TEST_FOLDER'] = mkdtempSync(join(tmpdir(), 'eudr-test-'));
  server = await databaseServer(FORGETFUL);
  if (!server) return;
  process.env['EUDR_TEST_SERVER'] = server.url;
  process.env['EUDR_TEST_SERVER_VERSION'] = server.version;
}

/** Removes what the setup made. */
export async function teardown(): Promise<void> {
  await server?.stop();
  rmSync(process.env['EUDR_TEST_FOLDER'] as string, { recursive: true, force: true });
}
