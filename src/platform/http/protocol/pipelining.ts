import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** More than any client sends ahead. Each request holds some kilobytes. */
const MAX_PIPELINED = 100;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Waiting requests of a connection that has a running request. */
interface Ahead {
  begin: (() => void)[];
  /** The last request that will be answered, and its response. */
  last: { request: IncomingMessage; response: ServerResponse };
  /** Whether the connection accepts no further requests. */
  isClosing: boolean;
}

const connections = new WeakMap<Socket, Ahead>();

/**
 * Runs the requests of one connection one after the other. Their responses must be sent in that order anyway
 * (RFC 9112, section 9.3.2).
 * Node starts all requests that it has read, so one connection could keep the process as busy as a thousand.
 * If a connection sends more than `MAX_PIPELINED` requests ahead, the first ones are answered and the
 * connection is closed.
 */
export function serializePipelinedRequests(server: Server): void {
  const handlers = server.listeners('request') as Handler[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    // Node ignores the request after an offer to change the protocol, so the connection closes.
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    const begin = (): void => {
      response.once('close', () => goOn(socket));
      for (const handle of handlers) handle.call(server, request, response);
    };
    const ahead = connections.get(socket);
    if (!ahead) {
      connections.set(socket, { begin: [], last: { request, response }, isClosing: false });
      begin();
    } else if (ahead.begin.length < MAX_PIPELINED && !ahead.isClosing) {
      ahead.begin.push(begin);
      ahead.last = { request, response };
    } else {
      ahead.isClosing = true;
      ahead.last.response.shouldKeepAlive = false;
    }
  });
}

/**
 * Ends a connection that sent unreadable bytes, after all complete requests before them are answered. A
 * request that arrived only in part is not started.
 * @param end ends the connection; called at once if no complete request is running
 */
export function onceAnswered(socket: Socket, end: () => void): void {
  const ahead = connections.get(socket);
  if (!ahead) return end();
  if (ahead.isClosing) return;
  const isWhole = ahead.last.request.complete;
  if (!isWhole && ahead.begin.length === 0) return end();
  ahead.isClosing = true;
  if (!isWhole) ahead.begin.pop();
  ahead.begin.push(end);
}

function goOn(socket: Socket): void {
  const next = connections.get(socket)?.begin.shift();
  if (!next) connections.delete(socket);
  // Other connections get a turn in between.
  else if (!socket.destroyed) setImmediate(next);
}
