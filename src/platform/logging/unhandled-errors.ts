import type { Logger } from './logger.js';

/**
 * Stops the process after an unhandled error, because its state may be wrong.
 * It logs the error without secrets, stops as on SIGTERM, finishes running work, and exits with 1.
 */
export function stopOnUnhandledErrors(logger: Logger): void {
  const stop = (error: unknown): void => {
    logger.fatal({ err: error }, 'unhandled error; shutting down');
    process.exitCode = 1;
    process.emit('SIGTERM', 'SIGTERM');
  };
  process.on('uncaughtException', stop);
  process.on('unhandledRejection', stop);
}
