import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { Logger } from '../logging/logger.js';
import { Draining } from './protocol/draining.js';

/** Requests that still run so long after the last connection was accepted are cut off. */
const GRACE_MS = 4_000;
/** A connection whose last request was answered is closed this soon. */
const IDLE_MS = 100;
/**
 * Whatever else does not end, such as a database that hangs, is left behind so long after the last connection was
 * accepted: with the usual `DRAIN_SECONDS` after 9 seconds, for many process managers kill after 10.
 */
const LAST_MS = 6_000;

/**
 * On SIGTERM or SIGINT: tells callers to go elsewhere and serves them for `DRAIN_SECONDS`, then accepts nothing new,
 * finishes what runs, closes the database, exits with `process.exitCode`, which is 0 unless an error set it. A second
 * signal does not hurry it.
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

/** Before anything else of the product closes, for running requests need it. */
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
