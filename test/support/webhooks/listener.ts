import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer as createRawServer, type Server, type Socket } from 'node:net';

/** A received request. */
export interface Received {
  method: string;
  path: string;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

/** A server that receives webhooks. */
export interface Listener {
  port: number;
  /** Number of accepted connections. */
  connections: number;
  received: Received[];
  /** Stops the server and closes every connection. */
  close(): Promise<void>;
}

export interface ListenerOptions {
  host?: string;
  port?: number;
  /** Uses TLS with this key and certificate. */
  tls?: ServerOptions;
}

const answer200: RequestListener = (_request, response) => void response.end('thanks');

/** Starts a server that reads and keeps each request, and responds; default: 200 and `thanks`. */
export function startListener(answer = answer200, options: ListenerOptions = {}): Promise<Listener> {
  const received: Received[] = [];
  const listener: RequestListener = (request, response) => {
    void bodyOf(request).then((body) => {
      const { method = '', url = '', headers } = request;
      received.push({ method, path: url, headers, body });
      answer(request, response);
    });
  };
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  return listening(server, received, options);
}

/** Starts a server that handles raw connections. */
export function startRawListener(accept: (socket: Socket) => void): Promise<Listener> {
  return listening(createRawServer(accept), [], {});
}

/**
 * Starts a server that responds with exactly these bytes, and then keeps, closes or resets the connection.
 */
export function startBytesListener(
  bytes: string | Buffer,
  end: 'keep' | 'close' | 'reset',
): Promise<Listener> {
  return startRawListener((socket) => {
    socket.once('data', () => {
      socket.write(bytes, () => {
        if (end === 'close') socket.end();
        if (end === 'reset') socket.resetAndDestroy();
      });
    });
  });
}

async function listening(server: Server, received: Received[], options: ListenerOptions): Promise<Listener> {
  const { host = '127.0.0.1', port = 0 } = options;
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    result.connections += 1;
    open.add(socket);
    socket.on('error', () => undefined).once('close', () => open.delete(socket));
  });
  server.on('tlsClientError', () => undefined);
  server.listen(port, host);
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.close();
    for (const socket of open) socket.destroy();
    await once(server, 'close');
  };
  const result = { port: (server.address() as AddressInfo).port, connections: 0, received, close };
  return result;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
