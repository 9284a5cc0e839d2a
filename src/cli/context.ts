import pino from 'pino';
import type { INestApplicationContext } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import type { Config } from '../platform/config/config.js';
import { DatabaseConnector } from '../platform/database/database-connector.js';
import { createLogger, NestLogger } from '../platform/logging/logger.js';
import { terminal } from './terminal.js';
import { Metrics } from '../platform/metrics/metrics.js';

const STANDARD_ERROR = 2;
/** Longer than a database server takes to start. A command must not wait for ever. */
const PATIENCE_MS = 30_000;

/**
 * Runs a command with the product's modules on the configured database, without serving requests.
 * @throws {Error} if the database does not answer within half a minute
 */
export async function withApp<Result>(
  settings: Partial<Config>,
  command: (app: INestApplicationContext) => Promise<Result>,
): Promise<Result> {
  const config = { ...terminal().config(), METRICS_PORT: undefined, ...settings };
  const logger = createLogger(
    { LOG_LEVEL: config.LOG_LEVEL === 'info' ? 'error' : config.LOG_LEVEL },
    pino.destination(STANDARD_ERROR),
  );
  const app = await NestFactory.createApplicationContext(AppModule.with(config, logger, new Metrics()), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  try {
    await connected(app.get(DatabaseConnector));
    return await command(app);
  } finally {
    await app.close();
  }
}

async function connected(connector: DatabaseConnector): Promise<void> {
  const giveUp = new AbortController();
  const patience = wait(PATIENCE_MS, 'away' as const, { signal: giveUp.signal });
  patience.catch(() => undefined);
  try {
    const came = await Promise.race([connector.whenConnected(), patience]);
    if (came === 'away') throw new Error(`The database did not answer for ${PATIENCE_MS / 1000} s.`);
  } finally {
    giveUp.abort();
  }
}
