import type { Database, Tx } from '../database/database.js';
import type { SafeStore } from '../safe-store/safe-store.js';
import type { Mail } from './mail.js';

/** The purpose that the texts of waiting messages are sealed for. */
const PURPOSE = 'mail';

type Content = Pick<Mail, 'subject' | 'text'>;

/** What a message says, as it may be stored. */
export function sealed(tx: Tx, safeStore: SafeStore, { companyId, subject, text }: Mail): Promise<string> {
  return safeStore.seal(tx, companyId, PURPOSE, JSON.stringify({ subject, text } satisfies Content));
}

/** @throws {MacBroken} */
export async function opened(
  database: Database,
  safeStore: SafeStore,
  row: { company_id: string; sealed: string },
): Promise<Content> {
  return JSON.parse(await safeStore.open(database, row.company_id, PURPOSE, row.sealed)) as Content;
}
