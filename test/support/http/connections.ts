import { once } from 'node:events';
import { type Agent, type ClientRequest, request } from 'node:http';
import { connect, type Socket } from 'node:net';

/** Opens a raw connection, to send what no HTTP client would send. */
export async function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Sends text on a connection and reads until the response is complete or the connection closes. */
export async function say(socket: Socket, text: string): Promise<string> {
  let heard = '';
  const whole = new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
      if (isWhole(heard)) resolve();
    });
    socket.once('close', () => resolve());
  });
  socket.write(text);
  await whole;
  return heard;
}

function isWhole(answer: string): boolean {
  const [head, body] = answer.split('\r\n\r\n');
  const length = /content-length: (\d+)/i.exec(head ?? '')?.[1];
  return body !== undefined && Buffer.byteLength(body) >= Number(length ?? 0);
}

export interface RunningCall {
  /** Sends the second half of the body. */
  sendRest(): void;
  answer: Promise<{ status: number; body: string }>;
}

/**
 * Sends a POST up to the middle of its body, and resolves when the server handles it.
 * @param agent keeps the connection open after the response; without one it closes
 */
export async function beginPost(
  url: string,
  token: string,
  body: unknown,
  agent: Agent | false = false,
): Promise<RunningCall> {
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': bytes.length,
    expect: '100-continue',
  };
  const call = request(url, { method: 'POST', headers, agent });
  const answer = answerOf(call);
  call.flushHeaders();
  await Promise.race([once(call, 'continue'), answer]);
  const middle = Math.floor(bytes.length / 2);
  call.write(bytes.subarray(0, middle));
  return { sendRest: () => call.end(bytes.subarray(middle)), answer };
}

function answerOf(call: ClientRequest): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    call.once('error', reject);
    call.once('response', (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode as number, body }));
    });
  });
}
