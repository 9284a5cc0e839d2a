import type { Logger } from './logger.js';

/**
 * After an error that nobody handled, what the process holds may be wrong: it is logged whole, with secrets blacked
 * out, and the process stops as on SIGTERM, finishes what runs, and ends with 1.
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
