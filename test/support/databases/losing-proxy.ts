import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { DatabaseEnv } from './database.js';

const HEADER_BYTES = 4;
const QUERY = 0x03;
const PREPARE = 0x16;
const EXECUTE = 0x17;

/** An error as a database server sends it. */
export interface ServerError {
  errno: number;
  sqlState: string;
  message: string;
}

/** A proxy between the product and a MySQL or MariaDB server. It drops responses and refuses statements. */
export interface LosingProxy {
  /** The same database through the proxy. */
  env: DatabaseEnv;
  /**
   * Forwards the next statement with this beginning, and closes the connection instead of returning the
   * response.
   */
  loseNext(statement: string): void;
  /** Number of dropped responses. */
  lost(): number;
  /** Answers matching statements with an error instead of forwarding them, until `refuseNone`. */
  refuse(error: ServerError, which: (statement: string) => boolean): void;
  refuseNone(): void;
  /** Number of statements on connections that had a refused statement before. */
  reused(): number;
  close(): Promise<void>;
}

export async function startLosingProxy(env: DatabaseEnv): Promise<LosingProxy> {
  const target = new URL(env.DATABASE_URL as string);
  const state: State = { beginsWith: undefined, lost: 0, refusal: undefined, reused: 0 };
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) open.add(socket);
    relay(client, upstream, state);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  return {
    env: { ...env, DATABASE_URL: url.href },
    loseNext: (statement) => (state.beginsWith = statement),
    lost: () => state.lost,
    refuse: (error, which) => (state.refusal = { which, packet: errorPacket(error) }),
    refuseNone: () => (state.refusal = undefined),
    reused: () => state.reused,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface State {
  beginsWith: string | undefined;
  lost: number;
  refusal: { which: (statement: string) => boolean; packet: Buffer } | undefined;
  reused: number;
}

function relay(client: Socket, upstream: Socket, state: State): void {
  const prepared = new Map<number, string>();
  let [isLosing, wasRefused, preparing, rest] = [false, false, '', Buffer.alloc(0)];
  client.on('data', (chunk) => {
    let refusal: Buffer | undefined;
    rest = eachPacket(Buffer.concat([rest, chunk]), (command, body) => {
      if (command === PREPARE) preparing = body.toString();
      if (wasRefused && [QUERY, PREPARE, EXECUTE].includes(command)) state.reused += 1;
      const statement = command === EXECUTE ? prepared.get(body.readUInt32LE(0)) : body.toString();
      if (command !== QUERY && command !== EXECUTE) return;
      if (state.refusal?.which(statement?.trimStart() ?? '')) refusal = state.refusal.packet;
      if (state.beginsWith === undefined || !statement?.trimStart().startsWith(state.beginsWith)) return;
      isLosing = true;
      state.beginsWith = undefined;
      state.lost += 1;
    });
    if (!refusal) return void upstream.write(chunk);
    wasRefused = true;
    client.write(refusal);
  });
  upstream.on('data', (chunk) => {
    if (isLosing) return void upstream.destroy();
    if (preparing !== '' && chunk[HEADER_BYTES] === 0)
      prepared.set(chunk.readUInt32LE(HEADER_BYTES + 1), preparing);
    preparing = '';
    client.write(chunk);
  });
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    one.on('close', () => other.destroy());
    one.on('error', () => undefined);
  }
}

/**
 * Calls `take` with the command and body of each complete packet.
 * @returns the bytes of the incomplete packet at the end
 */
function eachPacket(bytes: Buffer, take: (command: number, body: Buffer) => void): Buffer<ArrayBuffer> {
  let at = 0;
  while (bytes.length >= at + HEADER_BYTES) {
    const end = at + HEADER_BYTES + bytes.readUIntLE(at, 3);
    if (bytes.length < end) break;
    take(bytes[at + HEADER_BYTES] ?? 0, bytes.subarray(at + HEADER_BYTES + 1, end));
    at = end;
  }
  return Buffer.from(bytes.subarray(at));
}

/** Builds an error packet: length, sequence 1, 0xff, number, `#`, SQLSTATE, message. */
function errorPacket({ errno, sqlState, message }: ServerError): Buffer {
  const number = Buffer.alloc(2);
  number.writeUInt16LE(errno);
  const body = Buffer.concat([Buffer.from([0xff]), number, Buffer.from(`#${sqlState}${message}`)]);
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUIntLE(body.length, 0, 3);
  head.writeUInt8(1, 3);
  return Buffer.concat([head, body]);
}
