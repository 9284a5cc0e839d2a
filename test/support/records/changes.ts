import type { Client } from '../http/client.js';
import { batch, product } from '../app/factories.js';
import { type AllRecords, type RecordKind, walk } from './records.js';

/** An item of the change feed. */
export interface Change {
  type: RecordKind['entityType'];
  externalId: string;
  internalId: string;
  change: 'created' | 'updated' | 'deleted';
  at: string;
}

export interface FeedPage {
  changes: Change[];
  nextCursor: string;
  hasMore: boolean;
}

/** Reads one page of the feed; without a cursor, from the oldest kept change. */
export async function readFeed(client: Client, cursor?: string): Promise<FeedPage> {
  const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
  const { status, body } = await client.get(`/changes${query}`);
  if (status !== 200) throw new Error(`GET /changes answered ${status} ${JSON.stringify(body)}`);
  return body as FeedPage;
}

/**
 * Follows the feed to its end.
 * @returns every change, and the cursor for later changes
 */
export async function followFeed(
  client: Client,
  from?: string,
): Promise<{ changes: Change[]; cursor: string; pages: number }> {
  const changes: Change[] = [];
  for (let pages = 1, cursor = from; ; pages += 1) {
    const page = await readFeed(client, cursor);
    changes.push(...page.changes);
    cursor = page.nextCursor;
    if (!page.hasMore) return { changes, cursor, pages };
  }
}

/** Returns the cursor after which only future changes come. */
export async function feedHead(client: Client): Promise<string> {
  return (await readFeed(client, 'latest')).nextCursor;
}

/**
 * Applies the changes to an empty copy.
 * @returns the internal ids of live records, by type and external id
 */
export function replayed(changes: Change[]): Map<string, string> {
  const held = new Map<string, string>();
  for (const { type, externalId, internalId, change } of changes) {
    if (change === 'deleted') held.delete(`${type} ${externalId}`);
    else held.set(`${type} ${externalId}`, internalId);
  }
  return held;
}

/** Shortens changes to `created X`. */
export const inShort = (changes: Change[]): string[] =>
  changes.map(({ change, externalId }) => `${change} ${externalId}`);

/** Creates, changes, deletes and restores records of all three types. */
export async function writeALot({ suppliers, products, batches }: AllRecords): Promise<void> {
  for (const records of [suppliers, products, batches]) {
    const { kind } = records;
    await records.post(Array.from({ length: 12 }, (_, index) => kind.row({ externalId: `R-${index}` })));
    await records.post([kind.row({ externalId: 'R-3', ...kind.change })]);
    for (const id of ['R-0', 'R-1', 'R-2']) await records.delete(id);
    await records.post([kind.row({ externalId: 'R-1' })]);
    await records.put('R-2', records.body());
    await records.delete('R-2');
  }
  await products.post([product({ externalId: 'LAST', supplierExternalId: 'R-5' })]);
  await batches.post([batch('LAST', { externalId: 'LAST' })]);
}

/** Returns the content of the three lists, in the form of `replayed`. */
export async function listed({ suppliers, products, batches }: AllRecords): Promise<Map<string, string>> {
  const held = new Map<string, string>();
  for (const records of [suppliers, products, batches]) {
    for (const { externalId, internalId } of await walk(records, '?limit=100')) {
      held.set(`${records.kind.entityType} ${String(externalId)}`, String(internalId));
    }
  }
  return held;
}
