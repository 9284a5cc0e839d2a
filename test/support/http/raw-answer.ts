import { openSocket, say } from './connections.js';

/** The response to a raw request. */
export interface RawAnswer {
  status: number;
  /** By name in lower case. */
  headers: Map<string, string>;
  body: string;
}

/** Sends a raw request on a new connection. The request line and headers may be invalid. */
export async function ask(url: string, requestLine: string, ...headers: string[]): Promise<RawAnswer> {
  return askWith(url, requestLine, 'Host: localhost', ...headers);
}

/** Sends a raw request like `ask`, without a `Host` header of its own. */
export async function askWith(url: string, requestLine: string, ...headers: string[]): Promise<RawAnswer> {
  const socket = await openSocket(url);
  const text = await say(socket, [requestLine, ...headers, 'Connection: close', '', ''].join('\r\n'));
  socket.destroy();
  return parsed(text);
}

/** Parses a raw response. */
export function parsed(text: string): RawAnswer {
  const [head = '', ...body] = text.split('\r\n\r\n');
  const lines = head.split('\r\n').slice(1);
  const named = lines.map((line): [string, string] => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  return { status: Number(head.split(' ')[1]), headers: new Map(named), body: body.join('\r\n\r\n') };
}
