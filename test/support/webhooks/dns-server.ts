import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const HEADER_BYTES = 12;
const TYPE_A = 1;

/** A DNS server on a free port of this machine. */
export interface DnsServer {
  /** Address for the settings: `127.0.0.1:port`. */
  address: string;
  /** Names that were asked for, once per question. */
  asked: string[];
  close(): Promise<void>;
}

/**
 * Answers questions over UDP (RFC 1035, section 4). No name has an IPv6 address.
 * @param answerFor returns the IPv4 address of a name, `unknown` if there is none, or `silence` for no
 * response
 */
export async function startDnsServer(answerFor: (name: string) => string): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, { port, address }) => {
    const { name, type, end } = questionIn(query);
    asked.push(name);
    const answer = answerFor(name);
    if (answer !== 'silence') socket.send(response(query.subarray(0, end), type, answer), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const close = async (): Promise<void> => {
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  };
  return { address: `127.0.0.1:${socket.address().port}`, asked, close };
}

function questionIn(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] as number; length > 0; length = query[at] as number) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function response(question: Buffer, type: number, answer: string): Buffer {
  const isFound = answer !== 'unknown' && type === TYPE_A;
  const header = Buffer.from(question);
  header.writeUInt16BE(answer === 'unknown' ? 0x8183 : 0x8180, 2);
  [1, isFound ? 1 : 0, 0, 0].forEach((count, index) => header.writeUInt16BE(count, 4 + 2 * index));
  if (!isFound) return header;
  const record = Buffer.from('c00c00010001000000000004', 'hex');
  return Buffer.concat([header, record, Buffer.from(answer.split('.').map(Number))]);
}
