import type { Socket } from 'node:net';

/** More interim responses than this count as an attempt to hold the connection. */
const MAX_INTERIMS = 20;
/** The same limit as undici's for the headers of a response. */
const MAX_HEAD_BYTES = 16 * 1024;
const HEAD_END = '\r\n\r\n';

/** The status line of an interim response. 101 is excluded, because it ends HTTP on the connection. */
const INTERIM = /^HTTP\/1\.[01] 1(?!01)\d\d[ \r]/;
/** A beginning that may still become such a line. */
const BEGINNING = /^(H|HT|HTT|HTTP|HTTP\/|HTTP\/1|HTTP\/1\.|HTTP\/1\.[01]( (1(\d\d?)?)?)?)$/;
const LINE_BYTES = 'HTTP/1.1 100 '.length;

/** A response began with too many interim responses. */
export class TooManyInterims extends Error {
  constructor() {
    super(`More than ${MAX_INTERIMS} interim responses.`);
  }
}

/**
 * Removes interim responses (1xx) from the data that a socket reads.
 * A client must accept them at any time (RFC 9110, section 15.2), but undici fails on a 100
 * (nodejs/undici#197, which will not be fixed). Node's own client accepts them but takes twice the time for
 * each request.
 * The connection must have only one request at a time, which is undici's default. The first bytes after a
 * request are then the beginning of its response.
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

/** Collects the first bytes of a response until it is clear that they are not an interim response. */
class AnswerHead {
  isExpected = false;
  private held: Buffer = Buffer.alloc(0);
  private passed = 0;

  /** Marks that the next bytes begin a new response. */
  expect(): void {
    this.isExpected = true;
    this.held = Buffer.alloc(0);
    this.passed = 0;
  }

  /** @returns the bytes of the final response; undefined if it has not begun */
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
