import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Large bodies to send. */
export interface LargeBodies {
  url: string;
  token: string;
  body: string;
  /** Number of concurrent callers. */
  callers: number;
  /** Whether half of each body is sent at once and the rest slowly; otherwise each body is sent at once. */
  isTrickled: boolean;
}

/** Sends bodies from a separate thread until `stop`, so they take no time of the measuring thread. */
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
