import type { Database, Tx } from '../../../src/platform/database/database.js';
import { newSignal } from '../waiting/signal.js';

/** A transaction that has done its work and stays open. */
export interface HeldTransaction {
  /** Commits the transaction. */
  letGo(): Promise<void>;
}

/** Opens a transaction, runs work in it, and keeps the transaction and its locks until `letGo`. */
export async function holdTransaction(
  database: Database,
  work: (tx: Tx) => Promise<unknown>,
): Promise<HeldTransaction> {
  const [worked, ended] = [newSignal(), newSignal()];
  const transaction = database.transaction(async (tx) => {
    await work(tx);
    worked.send();
    await ended.received;
  });
  await Promise.race([worked.received, transaction]);
  return {
    letGo: () => {
      ended.send();
      return transaction;
    },
  };
}

/** Blocks the writes of an integration just before their commit, on the server engine, until `letGo`. */
export const holdWritesOf = (database: Database, integrationId: string): Promise<HeldTransaction> =>
  holdTransaction(database, (tx) =>
    tx.write('UPDATE integration_state SET sequence = sequence WHERE integration_id = ?', [integrationId]),
  );
