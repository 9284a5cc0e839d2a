import type { Client } from '../support/http/client.js';
import type { Kind } from './calls.js';

/** How often something was found, by what it is. */
export type Tally = Map<string, number>;

const LIMIT = 100;
/** The logs cannot be paged further than this. */
const MAX_LOG = 10_000;

export function count(tally: Tally, what: string, times = 1): void {
  tally.set(what, (tally.get(what) ?? 0) + times);
}

/** The names of all live records of a kind, by external id. */
export async function storedNames(client: Client, { plural }: Kind): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (let cursor: string | null = ''; cursor !== null;) {
    const { entities, nextCursor }: Listed = await page(client, `/${plural}`, { limit: LIMIT, cursor });
    for (const { externalId, name } of entities) names.set(externalId, name);
    cursor = nextCursor;
  }
  return names;
}

/** Every change of the feed, in the words of events: `supplier.created C1-0`. */
export async function feed(client: Client): Promise<Tally> {
  const found: Tally = new Map();
  for (let cursor = '', more = true; more;) {
    const { changes, nextCursor, hasMore }: FeedPage = await page(client, '/changes', { cursor });
    for (const { type, change, externalId } of changes)
      count(found, `${type.toLowerCase()}.${change} ${externalId}`);
    [cursor, more] = [nextCursor, hasMore];
  }
  return found;
}

/** The logged effects of bulk calls on one kind, by the refused row that marks each call. */
export async function effects(client: Client, kind: Kind): Promise<{ total: number; byMarker: Tally }> {
  const byMarker: Tally = new Map();
  const filter = { entityType: kind.entityType, status: 'PARTIAL', limit: LIMIT };
  for (let number = 1; ; number += 1) {
    const query = { ...filter, page: number };
    const { data, total, totalPages }: LogPage = await page(client, '/sync-logs', query);
    for (const { metadata } of data)
      count(byMarker, metadata.errors[0]?.externalId ?? `${kind.type} call without a marker`);
    if (number >= totalPages || number * LIMIT >= MAX_LOG) return { total, byMarker };
  }
}

/** How many deliveries ended as failed, by event. */
export async function failedDeliveries(client: Client, webhookId: string): Promise<Tally> {
  const failed: Tally = new Map();
  const path = `/webhook-events/${webhookId}/deliveries`;
  for (let cursor: string | null = ''; cursor !== null;) {
    const { deliveries, nextCursor }: DeliveryPage = await page(client, path, { status: 'FAILED', cursor });
    for (const { event } of deliveries) count(failed, event);
    cursor = nextCursor;
  }
  return failed;
}

interface Listed {
  entities: { externalId: string; name: string }[];
  nextCursor: string | null;
}

interface FeedPage {
  changes: { type: string; change: string; externalId: string }[];
  nextCursor: string;
  hasMore: boolean;
}

interface LogPage {
  data: { metadata: { errors: { externalId: string }[] } }[];
  total: number;
  totalPages: number;
}

interface DeliveryPage {
  deliveries: { event: string }[];
  nextCursor: string | null;
}

/** An empty parameter is left out. */
async function page<Page>(
  client: Client,
  path: string,
  parameters: Record<string, string | number>,
): Promise<Page> {
  const given = Object.entries(parameters).filter(([, value]) => value !== '');
  const query = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  const { status, body } = await client.get(`${path}?${query.toString()}`);
  if (status !== 200) throw new Error(`GET ${path} answered ${status} ${JSON.stringify(body)}`);
  return body as Page;
}
