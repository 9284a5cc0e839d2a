import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** More than any client sends ahead; each holds some kilobytes. */
const MAX_PIPELINED = 100;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Answers the requests of one connection one after the other, as they must be sent in that order anyway (RFC 9112, section
 * 9.3.2). Node begins all that it has read at once, so that one connection could keep the process as busy as a thousand.
 * A connection with more than `MAX_PIPELINED` requests ahead is closed.
 */
export function serveInOrder(server: Server): void {
  const handlers = server.listeners('request') as Handler[];
  server.removeAllListeners('request');
  /** What waits on a connection that has a request under way. */
  const ahead = new WeakMap<Socket, (() => void)[]>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const begin = (): void => {
      response.once('close', () => goOn(socket));
      for (const handle of handlers) handle.call(server, request, response);
    };
    const waiting = ahead.get(socket);
    if (!waiting) {
      ahead.set(socket, []);
      begin();
    } else if (waiting.length < MAX_PIPELINED) waiting.push(begin);
    else socket.destroy();
  });

  function goOn(socket: Socket): void {
    const next = ahead.get(socket)?.shift();
    if (!next) ahead.delete(socket);
    // Other connections are heard in between.
    else if (!socket.destroyed) setImmediate(next);
  }
}
