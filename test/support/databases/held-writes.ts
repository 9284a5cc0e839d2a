import type { Database } from '../../../src/platform/database/database.js';
import { gate } from '../waiting/gate.js';

/** Holds up what an integration writes just before it commits, on the server engine, until it is let go. */
export async function holdWritesOf(
  database: Database,
  integrationId: string,
): Promise<{ letGo(): Promise<void> }> {
  const [locked, ended] = [gate(), gate()];
  const transaction = database.transaction(async (tx) => {
    await tx.write('UPDATE integration_state SET sequence = sequence WHERE integration_id = ?', [
      integrationId,
    ]);
    locked.open();
    await ended.passed;
  });
  await Promise.race([locked.passed, transaction]);
  return {
    letGo: () => {
      ended.open();
      return transaction;
    },
  };
}
