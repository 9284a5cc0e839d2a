import { rmSync } from 'node:fs';

/** Stops the server and removes the databases that the setup made. */
export default async function teardown() {
  await globalThis.eudrTestServer?.stop();
  rmSync(process.env.EUDR_TEST_FOLDER, { recursive: true, force: true });
}
