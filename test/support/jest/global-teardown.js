import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UNHANDLED } from './unhandled.js';

/**
 * Stops the server and removes the databases of the setup.
 * @throws {Error} if unhandled errors occurred when no test was running
 */
export default async function teardown() {
  await globalThis.eudrTestServer?.stop();
  const folder = process.env.EUDR_TEST_FOLDER;
  const file = join(folder, UNHANDLED);
  const unhandled = existsSync(file) ? readFileSync(file, 'utf8') : '';
  rmSync(folder, { recursive: true, force: true });
  if (unhandled) throw new Error(`Nobody handled these errors.\n${unhandled}`);
}
