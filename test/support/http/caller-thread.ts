import { parentPort } from 'node:worker_threads';

/** One call that the thread makes. */
export interface ThreadCall {
  id: number;
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
}

/** The result of a call: a status, or the reason of the failure. */
export interface ThreadAnswer {
  id: number;
  status?: number;
  failure?: string;
}

async function make({ id, url, ...call }: ThreadCall): Promise<ThreadAnswer> {
  try {
    const response = await fetch(url, call);
    await response.arrayBuffer();
    return { id, status: response.status };
  } catch (error) {
    return { id, failure: String(error) };
  }
}

parentPort?.on('message', (call: ThreadCall) => {
  void make(call).then((answer) => parentPort?.postMessage(answer));
});
