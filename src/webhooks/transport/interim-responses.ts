import type { Socket } from 'node:net';

/** More than this before one answer is taken for an attempt to hold the connection. */
const MAX_INTERIMS = 20;
/** As much as undici reads of the headers of an answer. */
const MAX_HEAD_BYTES = 16 * 1024;
const HEAD_END = '\r\n\r\n';

/** The status line of an interim answer; 101 is none, because it ends HTTP on its connection. */
const INTERIM = /^HTTP\/1\.[01] 1(?!01)\d\d[ \r]/;
/** What may still become such a line. */
const BEGINNING = /^(H|HT|HTT|HTTP|HTTP\/|HTTP\/1|HTTP\/1\.|HTTP\/1\.[01]( (1(\d\d?)?)?)?)$/;
const LINE_BYTES = 'HTTP/1.1 100 '.length;

/** Raised where an answer begins with more interim answers than are passed over. */
export class TooManyInterims extends Error {
  constructor() {
    super(`More than ${MAX_INTERIMS} interim responses.`);
  }
}

/**
 * Takes the interim answers (1xx) out of what is read from a connection. A client must read past any of them, asked
 * for or not (RFC 9110, section 15.2); undici breaks off at a 100 (nodejs/undici#197, not to be mended), and Node's
 * own client, which does not, takes twice the time for each request. One request at a time may be on the connection, as
 * undici has it unless told to pipeline: what is read first after a request was written is the beginning of its answer.
 */
export function passOverInterims(socket: Socket): Socket {
  const head = new AnswerHead();
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
  socket.write = (...args: unknown[]): boolean => {
    head.expect();
    return write(...args);
  };
  socket.read = (size?: number): Buffer | null => {
    let chunk = read(size);
    while (chunk !== null && head.isExpected) {
      const passed = head.take(chunk);
      if (passed === TOO_MANY) socket.destroy(new TooManyInterims());
      if (passed instanceof Buffer) return passed;
      chunk = read(size);
    }
    return chunk;
  };
  return socket;
}

const TOO_MANY = Symbol('too many');

/** The first bytes of an answer, until it is clear that no further interim answer comes. */
class AnswerHead {
  isExpected = false;
  private held: Buffer = Buffer.alloc(0);
  private passed = 0;

  /** From now on what comes is a new answer. */
  expect(): void {
    this.isExpected = true;
    this.held = Buffer.alloc(0);
    this.passed = 0;
  }

  /** @returns what is to be read as the final answer; undefined while that has not begun. */
  take(chunk: Buffer): Buffer | typeof TOO_MANY | undefined {
    this.held = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    while (INTERIM.test(this.line())) {
      const end = this.held.indexOf(HEAD_END);
      if (end === -1 && this.held.length <= MAX_HEAD_BYTES) return undefined;
      this.passed += 1;
      if (end === -1 || this.passed > MAX_INTERIMS) return TOO_MANY;
      this.held = this.held.subarray(end + HEAD_END.length);
    }
    if (this.held.length === 0 || BEGINNING.test(this.line())) return undefined;
    this.isExpected = false;
    return this.held;
  }

  private line(): string {
    return this.held.toString('latin1', 0, LINE_BYTES);
  }
}
