import { connect } from 'node:net';
import { once } from 'node:events';

/**
 * Writes only the head of a request to a socket, and returns the first part of the response. For requests
 * that `fetch` would correct or refuse. Rejects if nothing arrives within `patienceMs`.
 */
export async function sendHead(url: string, head: string[], patienceMs = 5_000): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    socket.write(`${[...head, `Host: ${hostname}`].join('\r\n')}\r\n\r\n`);
    const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(patienceMs) })) as [Buffer];
    return answer.toString();
  } finally {
    socket.destroy();
  }
}

/** Returns the status code of a raw response. */
export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
