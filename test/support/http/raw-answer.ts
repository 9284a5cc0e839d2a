import { openSocket, say } from './connections.js';

/** What a raw request was answered. */
export interface RawAnswer {
  status: number;
  /** By names in lower case. */
  headers: Map<string, string>;
  body: string;
}

/** Asks on a connection of its own, with a request line and headers that no HTTP client would send. */
export async function ask(url: string, requestLine: string, ...headers: string[]): Promise<RawAnswer> {
  return askWith(url, requestLine, 'Host: localhost', ...headers);
}

/** The same without a `Host` of its own. */
export async function askWith(url: string, requestLine: string, ...headers: string[]): Promise<RawAnswer> {
  const socket = await openSocket(url);
  const text = await say(socket, [requestLine, ...headers, 'Connection: close', '', ''].join('\r\n'));
  socket.destroy();
  return parsed(text);
}

/** The parts of a raw response. */
export function parsed(text: string): RawAnswer {
  const [head = '', ...body] = text.split('\r\n\r\n');
  const lines = head.split('\r\n').slice(1);
  const named = lines.map((line): [string, string] => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  return { status: Number(head.split(' ')[1]), headers: new Map(named), body: body.join('\r\n\r\n') };
}
