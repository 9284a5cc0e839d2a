import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { Logger } from '../logging/logger.js';
import { Draining } from './protocol/draining.js';

/** Milliseconds after the server stopped accepting connections; requests that still run are then cut off. */
const GRACE_MS = 4_000;
/** A connection closes this soon after its last response. */
const IDLE_MS = 100;
/**
 * Milliseconds after the server stopped accepting connections; the process then exits even if something
 * hangs, such as the database.
 * With the default `DRAIN_SECONDS` this is after 9 seconds, because many process managers kill after 10.
 */
const LAST_MS = 6_000;

/**
 * Handles SIGTERM and SIGINT.
 * For `DRAIN_SECONDS` it serves requests and tells callers to go elsewhere. Then it accepts no new
 * connections, finishes running requests, closes the database, and exits with `process.exitCode`, which is 0
 * unless an error set it. A second signal changes nothing.
 */
export function stopOnSignals(app: NestFastifyApplication, logger: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    app.get(Draining).begin();
    logger.info({ signal }, 'stopping');
    void stopServing(app, logger).finally(() => process.exit());
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function stopServing(app: NestFastifyApplication, logger: Logger): Promise<void> {
  await wait(app.get<Config>(CONFIG).DRAIN_SECONDS * 1000);
  try {
    const closed = closeConnections(app).then(() => app.close());
    const inTime = await Promise.race([closed.then(() => true), wait(LAST_MS, false, { ref: false })]);
    logger.info(inTime ? 'stopped' : 'stopped before all connections closed');
  } catch (error) {
    logger.error({ err: error }, 'stopped with an error');
  }
}

/** Must run before the rest of the application closes, because running requests still need it. */
async function closeConnections(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  if (!server.listening) return;
  const cutOff = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  const whenIdle = setInterval(() => server.closeIdleConnections(), IDLE_MS);
  server.close();
  await once(server, 'close');
  clearTimeout(cutOff);
  clearInterval(whenIdle);
}
