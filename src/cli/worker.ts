import { once } from 'node:events';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { configWarnings } from '../platform/config/config.js';
import { Background } from '../platform/background/background.js';
import { DatabaseConnector } from '../platform/database/database-connector.js';
import { createLogger, NestLogger } from '../platform/logging/logger.js';
import { stopOnUnhandledErrors } from '../platform/logging/unhandled-errors.js';
import { terminal } from './terminal.js';
import { Metrics } from '../platform/metrics/metrics.js';

/**
 * Runs the product without HTTP: it sends webhooks and cleans up, beside servers that do not.
 * On SIGTERM or SIGINT it finishes or releases its work, and exits.
 */
export async function runWorker(): Promise<void> {
  const config = terminal().config();
  const logger = createLogger(config);
  for (const warning of configWarnings(config)) logger.warn(warning);
  const app = await NestFactory.createApplicationContext(AppModule.with(config, logger, new Metrics()), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  stopOnUnhandledErrors(logger);
  const told = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  const work = async (): Promise<void> => {
    await app.get(DatabaseConnector).whenConnected();
    app.get(Background).start();
    logger.info('worker started');
  };
  try {
    await Promise.race([work().then(() => told), told]);
    logger.info('worker stopping');
  } finally {
    await app.close();
    logger.info('stopped');
  }
}
