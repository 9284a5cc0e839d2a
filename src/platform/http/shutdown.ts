import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '../logging/logger.js';

/** Requests that still run after this long are cut off; process managers kill after 10 seconds. */
const GRACE_MS = 7_000;
/** A connection whose last request was answered is closed this soon. */
const IDLE_MS = 100;
/** Whatever else does not end, such as a database that hangs, is left behind after this long. */
const LAST_MS = 9_000;

/**
 * On SIGTERM or SIGINT: accepts nothing new, finishes what runs, closes the database, exits with `process.exitCode`,
 * which is 0 unless an error set it. A second signal does not hurry it.
 */
export function stopOnSignals(app: NestFastifyApplication, logger: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    void closeWithin(app, logger).finally(() => process.exit());
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function closeWithin(app: NestFastifyApplication, logger: Logger): Promise<void> {
  const server = app.getHttpServer();
  const cutOff = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  const whenIdle = setInterval(() => server.closeIdleConnections(), IDLE_MS);
  try {
    const closed = app.close().then(() => true);
    const inTime = await Promise.race([closed, wait(LAST_MS, false, { ref: false })]);
    logger.info(inTime ? 'stopped' : 'stopped without waiting for everything to close');
  } catch (error) {
    logger.error({ err: error }, 'stopped with an error');
  } finally {
    clearTimeout(cutOff);
    clearInterval(whenIdle);
  }
}
