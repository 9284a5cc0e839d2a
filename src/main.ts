import 'reflect-metadata';
import { createApp } from './app.js';
import { ConfigError, configWarnings, keepRealPort, processConfig } from './platform/config/config.js';
import { keepFilesPrivate } from './platform/config/own-files.js';
import { DatabaseConnector } from './platform/database/database-connector.js';
import { createLogger } from './platform/logging/logger.js';
import { withoutCredentials } from './platform/logging/redaction.js';
import { stopOnUnhandledErrors } from './platform/logging/unhandled-errors.js';
import { stopOnSignals } from './platform/http/shutdown.js';

/** The HTTP process. */
async function main(): Promise<void> {
  keepFilesPrivate();
  const config = processConfig();
  const logger = createLogger(config);
  for (const warning of configWarnings(config)) logger.warn(warning);
  const app = await createApp(config, logger);
  stopOnSignals(app, logger);
  stopOnUnhandledErrors(logger);
  await app.listen(config.PORT, listenAddress(config.HOST));
  const url = await app.getUrl();
  keepRealPort(config, Number(new URL(url).port) || config.PORT);
  logger.info({ url, ...(config.DOCS && { docs: `${url}/docs` }) }, 'listening');
  await app.get(DatabaseConnector).whenConnected();
}

/** For `localhost`, Fastify would open a second server without our limits and error responses. */
function listenAddress(host: string): string {
  return host === 'localhost' ? '127.0.0.1' : host;
}

main().catch((error: unknown) => {
  const { message, cause } = error as Error;
  process.stderr.write(`${message}\n`);
  if (cause instanceof Error) process.stderr.write(`${withoutCredentials(cause.message)}\n`);
  if (!(error instanceof ConfigError)) process.stderr.write('The server could not start.\n');
  process.exit(1);
});
