import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Who sends large bodies, and how. */
export interface LargeBodies {
  url: string;
  token: string;
  body: string;
  /** How many at once. */
  callers: number;
  /** Half of each at once and the rest bit by bit, instead of all at once and then the next. */
  isTrickled: boolean;
}

/** Sends bodies in a thread of its own, so that they take no time of who measures, until `stop`. */
export async function sendLargeBodies(bodies: LargeBodies): Promise<{ stop(): Promise<number[]> }> {
  const worker = new Worker(new URL('./body-sender.js', import.meta.url), { workerData: bodies });
  await once(worker, 'message');
  return {
    async stop() {
      worker.postMessage('stop');
      const [statuses] = (await once(worker, 'message')) as [number[]];
      await worker.terminate();
      return statuses;
    },
  };
}
