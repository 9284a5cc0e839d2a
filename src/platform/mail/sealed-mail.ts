import type { Database, Tx } from '../database/database.js';
import type { SafeStore } from '../safe-store/safe-store.js';
import type { Mail } from './mail.js';

/** Purpose under which the safe store encrypts waiting messages. */
const PURPOSE = 'mail';

type Content = Pick<Mail, 'subject' | 'text'>;

/** Encrypts the content of a message. */
export function sealed(tx: Tx, safeStore: SafeStore, { companyId, subject, text }: Mail): Promise<string> {
  return safeStore.seal(tx, companyId, PURPOSE, JSON.stringify({ subject, text } satisfies Content));
}

/**
 * Decrypts the content of a message.
 * @throws {MacBroken}
 */
export async function opened(
  database: Database,
  safeStore: SafeStore,
  row: { company_id: string; sealed: string },
): Promise<Content> {
  return JSON.parse(await safeStore.open(database, row.company_id, PURPOSE, row.sealed)) as Content;
}
