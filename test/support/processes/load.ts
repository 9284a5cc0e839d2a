import type { Answer, Client } from '../http/client.js';
import { suppliers } from '../app/factories.js';

export const ROWS_PER_CALL = 50;

/** A bulk call as its caller saw it: `answer` is missing where the connection broke. */
export interface Call {
  prefix: string;
  answer: Answer | undefined;
  /** From sending to the answer or its failure. */
  ms: number;
}

let serial = 0;

/** One bulk call of fifty new suppliers whose ids begin with a prefix of its own. */
export async function bulkCall(client: Client): Promise<Call> {
  const prefix = `C${String((serial += 1)).padStart(5, '0')}`;
  const begun = performance.now();
  const answer = await client
    .post('/suppliers', { suppliers: suppliers(ROWS_PER_CALL, prefix) })
    .catch(() => undefined);
  return { prefix, answer, ms: performance.now() - begun };
}

const running = new Set<() => void>();

/** Ends the load that a test started and did not stop, as a failed one leaves it. */
export function stopLeftLoad(): void {
  for (const stop of running) stop();
}

/** Callers that send one bulk call after the other until `stop`. */
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

/** What is stored, as a caller who follows the cursor to the end sees it: live rows per prefix, and `total`. */
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
