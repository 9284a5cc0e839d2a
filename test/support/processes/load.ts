import type { Answer, Client } from '../http/client.js';
import { suppliers } from '../app/factories.js';

export const ROWS_PER_CALL = 50;

/** A bulk call from the caller's view. `answer` is undefined if the connection broke. */
export interface Call {
  prefix: string;
  answer: Answer | undefined;
  /** Milliseconds from the request to the response or the failure. */
  ms: number;
}

let serial = 0;

/** Sends one bulk call of fifty new suppliers with their own id prefix. */
export async function bulkCall(client: Client): Promise<Call> {
  const prefix = `C${String((serial += 1)).padStart(5, '0')}`;
  const begun = performance.now();
  const answer = await client
    .post('/suppliers', { suppliers: suppliers(ROWS_PER_CALL, prefix) })
    .catch(() => undefined);
  return { prefix, answer, ms: performance.now() - begun };
}

const running = new Set<() => void>();

/** Stops the load that a failed test left running. */
export function stopLeftLoad(): void {
  for (const stop of running) stop();
}

/** Starts callers that send one bulk call after the other until `stop`. */
export function startLoad(client: Client, callers: number): { calls: Call[]; stop(): Promise<Call[]> } {
  const calls: Call[] = [];
  let stopped = false;
  const end = (): void => {
    stopped = true;
    running.delete(end);
  };
  running.add(end);
  const caller = async (): Promise<void> => {
    while (!stopped) calls.push(await bulkCall(client));
  };
  const all = Promise.all(Array.from({ length: callers }, caller));
  const stop = async (): Promise<Call[]> => {
    end();
    await all;
    return calls;
  };
  return { calls, stop };
}

export const acknowledged = (calls: Call[]): Call[] => calls.filter(({ answer }) => answer?.status === 200);

/** Returns the stored suppliers by following the cursor to the end: live rows per prefix, and `total`. */
export async function storedSuppliers(
  client: Client,
): Promise<{ rowsOf: Map<string, number>; total: number; live: number }> {
  const rowsOf = new Map<string, number>();
  let live = 0;
  for (let cursor = ''; ;) {
    const { body } = await client.get(`/suppliers?limit=100${cursor}`);
    for (const { externalId } of body.entities as { externalId: string }[]) {
      const prefix = externalId.slice(0, externalId.indexOf('-'));
      rowsOf.set(prefix, (rowsOf.get(prefix) ?? 0) + 1);
      live += 1;
    }
    if (body.nextCursor === null) return { rowsOf, live, total: body.total as number };
    cursor = `&cursor=${encodeURIComponent(String(body.nextCursor))}`;
  }
}
