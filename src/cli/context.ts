import pino from 'pino';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { type Config, processConfig } from '../platform/config/config.js';
import { DatabaseConnector } from '../platform/database/database-connector.js';
import { createLogger, NestLogger } from '../platform/logging/logger.js';
import { Metrics } from '../platform/metrics/metrics.js';

const STANDARD_ERROR = 2;

/** Runs a command inside the product's modules, on the configured database, without serving anything. */
export async function withProduct<Result>(
  settings: Partial<Config>,
  command: (app: INestApplicationContext) => Promise<Result>,
): Promise<Result> {
  const config = { ...processConfig(), METRICS_PORT: undefined, ...settings };
  const logger = createLogger(
    { LOG_LEVEL: config.LOG_LEVEL === 'info' ? 'error' : config.LOG_LEVEL },
    pino.destination(STANDARD_ERROR),
  );
  const app = await NestFactory.createApplicationContext(AppModule.with(config, logger, new Metrics()), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  try {
    await app.get(DatabaseConnector).whenConnected();
    return await command(app);
  } finally {
    await app.close();
  }
}
