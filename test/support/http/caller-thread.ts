import { parentPort } from 'node:worker_threads';

/** One call for the thread to make. */
export interface ThreadCall {
  id: number;
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
}

/** What came of it: a status, or why there was no answer. */
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
