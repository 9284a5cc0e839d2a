import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../../src/app.js';
import { readConfig } from '../../../src/platform/config/config.js';
import { Database } from '../../../src/platform/database/database.js';
import { DatabaseConnector } from '../../../src/platform/database/database-connector.js';
import { createLogger } from '../../../src/platform/logging/logger.js';
import { type DatabaseEnv, migratedDatabase } from '../databases/database.js';

/** The application in this process, listening on a free port. It has its own database unless one is given. */
export interface TestApp {
  url: string;
  env: DatabaseEnv;
  nest: NestFastifyApplication;
  database: Database;
  /** Log lines of the application, one JSON object each. */
  log: string[];
  close(): Promise<void>;
}

/**
 * @param more variables beside those of the database, such as `RATE_LIMIT_PER_MINUTE`; by default there are
 * no limits
 * @param on an existing database
 */
export async function startApp(more: Record<string, string> = {}, on?: DatabaseEnv): Promise<TestApp> {
  const env = on ?? (await migratedDatabase());
  const log: string[] = [];
  const config = readConfig({
    NODE_ENV: 'test',
    MIGRATE_ON_START: 'true',
    RATE_LIMIT_PER_MINUTE: '0',
    AUTH_FAILURES_PER_MINUTE: '0',
    ...env,
    ...more,
  });
  const logger = createLogger(
    { LOG_LEVEL: more['LOG_LEVEL'] ? config.LOG_LEVEL : 'info' },
    { write: (line: string) => log.push(line) },
  );
  const nest = await createApp(config, logger);
  await nest.listen(0, '127.0.0.1');
  await nest.get(DatabaseConnector).whenConnected();
  const url = (await nest.getUrl()).replace('[::1]', '127.0.0.1');
  return { url, env, nest, database: nest.get(Database), log, close: () => nest.close() };
}
