import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '../../logging/logger.js';

/** File descriptors that the process needs for its files and for connections to webhook receivers. */
const OTHER_DESCRIPTORS = 200;
const MIN_CONNECTIONS = 50;
const MAX_CONNECTIONS = 10_000;
/** Additional connections allowed while older ones are closing. */
const CLOSING = 50;
const WARNING_PAUSE_MS = 60_000;

/** Returns how many connections the limit of open files allows, with room for all other descriptors. */
export function affordableConnections(databaseConnections: number): number {
  const affordable = maxOpenFiles() - OTHER_DESCRIPTORS - databaseConnections;
  return Math.min(Math.max(affordable, MIN_CONNECTIONS), MAX_CONNECTIONS);
}

/** Reads the limit on Linux. On other systems it assumes their common default. */
function maxOpenFiles(): number {
  try {
    const [, limit] =
      /^Max open files +(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return Number(limit) || Infinity;
  } catch {
    return 1024;
  }
}

/**
 * Limits a server to `max` connections.
 * A further connection replaces the one that has been idle longest, so idle connections keep nobody out. If
 * all are busy, the new connection is closed at once.
 */
export function limitConnections(server: Server, max: number, logger: Logger): void {
  const requests = new Map<Socket, number>();
  /** Idle connections, the longest idle first. */
  const idle = new Set<Socket>();
  let warnedAt = -Infinity;
  server.maxConnections = max + CLOSING;
  server.on('connection', (socket: Socket) => {
    requests.set(socket, 0);
    socket.once('close', () => forget(socket));
    if (requests.size > max) makeRoomFor(socket);
    if (!socket.destroyed) idle.add(socket);
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });

  function makeRoomFor(socket: Socket): void {
    const [longestIdle = socket] = idle;
    longestIdle.destroy();
    forget(longestIdle);
    if (performance.now() - warnedAt < WARNING_PAUSE_MS) return;
    warnedAt = performance.now();
    logger.warn({ max }, 'too many connections; closing the longest idle ones');
  }

  function count(socket: Socket, more: number): void {
    const present = requests.get(socket);
    if (present === undefined) return;
    requests.set(socket, present + more);
    idle.delete(socket);
    if (present + more === 0) idle.add(socket);
  }

  function forget(socket: Socket): void {
    requests.delete(socket);
    idle.delete(socket);
  }
}
