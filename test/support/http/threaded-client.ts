import { Worker } from 'node:worker_threads';
import type { ThreadAnswer, ThreadCall } from './caller-thread.js';

interface Waiting {
  resolve: (answer: { status: number }) => void;
  reject: (error: Error) => void;
}

/**
 * Calls the product from a separate thread, so the calls take no time of the measuring thread. It returns
 * only the status.
 */
export class ThreadedClient {
  private readonly worker = new Worker(new URL('./caller-thread.js', import.meta.url));
  private readonly waiting = new Map<number, Waiting>();
  private calls = 0;

  constructor(
    private readonly url: string,
    private readonly token?: string,
  ) {
    this.worker.on('message', (answer: ThreadAnswer) => this.settle(answer));
    // A failed test may leave its thread running.
    this.worker.unref();
  }

  get(path: string): Promise<{ status: number }> {
    return this.send('GET', path);
  }

  /** @param body a text is sent as it is, any other value as JSON */
  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<{ status: number }> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.send('POST', path, text, { 'content-type': 'application/json', ...headers });
  }

  private send(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number }> {
    const id = (this.calls += 1);
    const call: ThreadCall = {
      id,
      url: this.url + path,
      method,
      headers: { ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }), ...headers },
      ...(body !== undefined && { body }),
    };
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage(call);
    });
  }

  private settle({ id, status, failure }: ThreadAnswer): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (status !== undefined) waiting?.resolve({ status });
    else waiting?.reject(new Error(failure));
  }
}
