import type { Socket } from 'node:net';
import { openSocket, say } from '../http/connections.js';
import { type ServerProcess, until } from './processes.js';

/** Waits until a stopping server accepts no new connections. */
export const refusesConnections = ({ url }: ServerProcess): Promise<void> =>
  until(() =>
    fetch(`${url}/health/live`, { headers: { connection: 'close' } }).then(
      () => false,
      (error: Error & { cause?: { code?: string } }) => error.cause?.code === 'ECONNREFUSED',
    ),
  );

/** Returns a process's exit code, and the time until its end from now on. */
export async function timed(exited: Promise<number | string>): Promise<[code: number | string, ms: number]> {
  const begun = performance.now();
  return [await exited, performance.now() - begun];
}

/** Opens a connection, reads one response, and keeps it open. */
export async function idleConnection({ url }: ServerProcess): Promise<Socket> {
  const socket = await openSocket(url);
  expect(await say(socket, 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n')).toMatch(
    /^HTTP\/1.1 200 /,
  );
  return socket;
}
