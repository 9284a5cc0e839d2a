import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from './compile.js';

/** Private servers need no durability, so they do not wait for the disk. */
const WITHOUT_DURABILITY = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-buffer-pool-size=256M',
  '--max-connections=500',
  '--innodb-flush-method=nosync',
  '--innodb-doublewrite=0',
];

/**
 * Compiles the product and its tests, and provides the databases. With `--watch` it runs before each round.
 */
export default async function setup({ seed }) {
  await compile();
  process.env.EUDR_TEST_SEED = String(seed);
  process.env.EUDR_TEST_FOLDER = mkdtempSync(join(tmpdir(), 'eudr-test-'));
  const { databaseServer } = await import('../../../dist-test/test/support/databases/database-server.js');
  const server = await databaseServer(WITHOUT_DURABILITY);
  if (!server) return;
  globalThis.eudrTestServer = server;
  process.env.EUDR_TEST_SERVER = server.url;
  process.env.EUDR_TEST_SERVER_VERSION = server.version;
  const { templateStatements } = await import('../../../dist-test/test/support/databases/template.js');
  process.env.EUDR_TEST_TABLES = await templateStatements(server.url, process.env.EUDR_TEST_FOLDER);
}
