import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import type { Received } from './receiver.js';

/** A correct response. */
export interface PlainResponse {
  status: number;
  /** Number of interim responses (100) before it. */
  interims?: number;
  headers?: Record<string, string>;
  body?: string;
}

/** What a receiver can do instead of responding. */
export type Misbehaviour = 'hangs' | 'drips' | 'never ends' | 'closes mid-answer' | 'closes';

/** How a request is answered. A number is a status with an empty body; a function decides by the request. */
export type Behaviour =
  number | PlainResponse | Misbehaviour | ((request: Received) => Behaviour | Promise<Behaviour>);

const DRIP_MS = 1_000;
const CHUNK = Buffer.alloc(65_536, '.');

const MISBEHAVIOURS: Record<Misbehaviour, (response: ServerResponse) => void> = {
  hangs: () => undefined,
  drips: (response) => {
    response.writeHead(200).flushHeaders();
    const drip = setInterval(() => response.write('.'), DRIP_MS);
    response.once('close', () => clearInterval(drip));
  },
  'never ends': (response) => {
    response.writeHead(200);
    pipeline(Readable.from(endlessly(CHUNK)), response, () => undefined);
  },
  'closes mid-answer': (response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('the first part', () => response.destroy());
  },
  closes: (response) => void response.destroy(),
};

/** Returns a redirect, which the sender must not follow. */
export const redirectTo = (location: string): PlainResponse => ({ status: 302, headers: { location } });

/** Responds, or misbehaves, as the behaviour says. */
export async function behave(
  behaviour: Behaviour,
  request: Received,
  response: ServerResponse,
): Promise<void> {
  if (typeof behaviour === 'function') return behave(await behaviour(request), request, response);
  if (typeof behaviour === 'string') return MISBEHAVIOURS[behaviour](response);
  const {
    status,
    interims = 0,
    headers = {},
    body = '',
  } = typeof behaviour === 'number' ? { status: behaviour } : behaviour;
  for (let sent = 0; sent < interims; sent += 1) response.writeContinue();
  response.writeHead(status, headers).end(body);
}

function* endlessly(chunk: Buffer): Generator<Buffer> {
  for (;;) yield chunk;
}
