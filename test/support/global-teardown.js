import { rmSync } from 'node:fs';

/** Removes what the setup made. */
export default async function teardown() {
  await globalThis.eudrPrivateServer?.stop();
  rmSync(process.env.EUDR_TEST_FOLDER, { recursive: true, force: true });
}
