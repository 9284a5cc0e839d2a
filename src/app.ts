import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { serveReference } from './reference/serve-reference.js';
import { DatabaseConnector } from './platform/database/database-connector.js';
import { createFastifyAdapter, prepareFastify } from './platform/http/fastify-adapter.js';
import { corsFor } from './platform/http/protocol/cors.js';
import { Background } from './platform/background/background.js';
import type { Config } from './platform/config/config.js';
import { type Logger, NestLogger } from './platform/logging/logger.js';
import { Metrics } from './platform/metrics/metrics.js';
import { SURFACES } from './surfaces.js';

/** Builds the application. Nothing runs yet, and the database is not used. */
export async function buildApp(config: Config, logger: Logger): Promise<NestFastifyApplication> {
  const metrics = new Metrics();
  const adapter = createFastifyAdapter(config, logger, SURFACES);
  prepareFastify(adapter.getInstance(), logger, metrics);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(config, logger, metrics),
    adapter,
    {
      bodyParser: false,
      logger: new NestLogger(logger),
      abortOnError: false,
    },
  );
  if (config.CORS_ORIGINS.length > 0) app.enableCors(corsFor(config.CORS_ORIGINS));
  return app;
}

/**
 * Creates the application, ready to listen. It connects to the database and starts its background work by
 * itself.
 */
export async function createApp(config: Config, logger: Logger): Promise<NestFastifyApplication> {
  const app = await buildApp(config, logger);
  if (config.DOCS) serveReference(app);
  await app.init();
  if (config.WEBHOOK_DISPATCHER) startWhenConnected(app);
  return app;
}

function startWhenConnected(app: NestFastifyApplication): void {
  const connected = app.get(DatabaseConnector).whenConnected();
  connected.then(
    () => app.get(Background).start(),
    // The caller of `whenConnected` in `main.ts` handles the error and ends the process.
    () => undefined,
  );
}
