import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { LargeBodies } from './large-bodies.js';

const TRICKLE_BYTES = 64 * 1024;
const TRICKLE_MS = 200;
/** The wait that a refusal asks for. */
const RETRY_AFTER_MS = 2_000;

/** @returns the status of the response; 0 if the server closed the connection before it read everything */
function send({ url, token }: LargeBodies, body: Buffer, isTrickled: boolean): Promise<number> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': body.length,
  };
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', headers, agent: false });
    sent.on('error', () => resolve(0));
    sent.on('response', (answer) => {
      answer.on('error', () => undefined).resume();
      answer.on('close', () => resolve(answer.statusCode ?? 0));
    });
    if (!isTrickled) return sent.end(body);
    let at = body.length / 2;
    sent.write(body.subarray(0, at));
    const timer = setInterval(() => {
      sent.write(body.subarray(at, (at += TRICKLE_BYTES)));
      if (at >= body.length) sent.end();
    }, TRICKLE_MS);
    sent.on('close', () => clearInterval(timer));
  });
}

function work(bodies: LargeBodies): void {
  const statuses = new Set<number>();
  const body = Buffer.from(bodies.body);
  let goesOn = true;
  parentPort?.once('message', () => {
    goesOn = false;
    parentPort?.postMessage([...statuses]);
  });
  for (let caller = 0; caller < bodies.callers; caller += 1) {
    void (async () => {
      while (goesOn) {
        const status = await send(bodies, body, bodies.isTrickled);
        statuses.add(status);
        if (status !== 200) await wait(RETRY_AFTER_MS);
      }
    })();
  }
  parentPort?.postMessage('begun');
}

work(workerData as LargeBodies);
