import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '../../logging/logger.js';

/** Files of the process itself, and connections to receivers of webhooks, which need descriptors too. */
const OTHER_DESCRIPTORS = 200;
const MIN_CONNECTIONS = 50;
const MAX_CONNECTIONS = 10_000;
/** Connections that may come while those that are to make room for them close. */
const CLOSING = 50;
const WARNING_PAUSE_MS = 60_000;

/** How many connections leave descriptors for everything else of the process, by its limit of open files. */
export function affordableConnections(databaseConnections: number): number {
  const affordable = maxOpenFiles() - OTHER_DESCRIPTORS - databaseConnections;
  return Math.min(Math.max(affordable, MIN_CONNECTIONS), MAX_CONNECTIONS);
}

/** Linux tells; other systems are taken to allow what most of them do. */
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
 * Holds a server to `max` connections. A further one takes the place of the one that has waited longest without a request
 * under way, so that idle connections keep nobody out; where all are at work it is closed at once.
 */
export function limitConnections(server: Server, max: number, logger: Logger): void {
  const requests = new Map<Socket, number>();
  /** The longest idle first. */
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
