import { connect } from 'node:net';
import { once } from 'node:events';

/**
 * Writes the lines of a request's head to a socket and nothing more, and gives back the first part of what
 * comes: for what `fetch` would put right or refuse to send. Rejects when nothing came in `patienceMs`.
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

/** The status code of a raw answer. */
export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
