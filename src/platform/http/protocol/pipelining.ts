import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** More than any client sends ahead; each holds some kilobytes. */
const MAX_PIPELINED = 100;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** What waits on a connection that has a request under way. */
interface Ahead {
  begin: (() => void)[];
  /** The last request that will be answered, and its response. */
  last: { request: IncomingMessage; response: ServerResponse };
  /** No more is taken from this connection. */
  isClosing: boolean;
}

const connections = new WeakMap<Socket, Ahead>();

/**
 * Answers the requests of one connection one after the other, as they must be sent in that order anyway (RFC 9112, section
 * 9.3.2). Node begins all that it has read at once, so that one connection could keep the process as busy as a thousand.
 * Of a connection that has more than `MAX_PIPELINED` requests ahead these are answered, and then it is closed.
 */
export function serveInOrder(server: Server): void {
  const handlers = server.listeners('request') as Handler[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    // Node passes over the request that follows an offer to change the protocol.
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
 * Ends a connection on which something came that cannot be read, once what came whole before is answered. A request of
 * which a part came is not begun any more.
 * @param end does so; called at once where nothing whole is under way.
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
  // Other connections are heard in between.
  else if (!socket.destroyed) setImmediate(next);
}
