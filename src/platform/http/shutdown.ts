import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from '../logging/logger.js';

/** What still runs after this long is cut off; process managers kill after 10 seconds. */
const GRACE_MS = 8_000;

/**
 * On SIGTERM or SIGINT: accepts nothing new, finishes what runs, closes the database, exits 0. A second signal
 * does not hurry it.
 */
export function stopOnSignals(app: NestFastifyApplication, logger: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    void closeWithin(app, logger).finally(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function closeWithin(app: NestFastifyApplication, logger: Logger): Promise<void> {
  const server = app.getHttpServer();
  const cutOff = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  try {
    await app.close();
    logger.info('stopped');
  } catch (error) {
    logger.error({ err: error }, 'stopped with an error');
  } finally {
    clearTimeout(cutOff);
  }
}
