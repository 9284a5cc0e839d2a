import 'reflect-metadata';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../src/app.js';
import { type Config, readConfig } from '../src/platform/config/config.js';
import { keepFilesPrivate } from '../src/platform/config/own-files.js';
import { DatabaseConnector } from '../src/platform/database/database-connector.js';
import { stopOnSignals } from '../src/platform/http/shutdown.js';
import { createLogger } from '../src/platform/logging/logger.js';
import { load } from './load.js';
import { exportOf } from './lots.js';
import { referenceRecords } from './reference-records.js';
import { reportOf } from './report.js';
import { demoCredentials } from './tenant.js';

const API = '/api/v1/integration';

/** Beside this file, or, once it is compiled to `dist/demo`, where it was compiled from. */
const LOTS = ['./coffee-lots.csv', '../../demo/coffee-lots.csv'].map(
  (path) => new URL(path, import.meta.url),
);

let stopping = false;

/** The server on the configured database, the demo company in it, and a report of how to call it. */
async function main(): Promise<void> {
  keepFilesPrivate();
  const config = readConfig({ ...process.env, LOG_LEVEL: process.env['LOG_LEVEL'] || 'warn' });
  await untouchedUnlessFree(config);
  const app = await serve(config);
  const credentials = await demoCredentials(app);
  const url = await app.getUrl();
  const api = url + API;
  await load(api, credentials.token, referenceRecords(app));
  const tallies = await load(api, credentials.token, exportOf(readLots()));
  process.stdout.write(reportOf({ url, api, ...credentials }, tallies));
}

async function serve(config: Config): Promise<NestFastifyApplication> {
  const logger = createLogger(config);
  const app = await createApp(config, logger);
  process.once('SIGTERM', () => (stopping = true)).once('SIGINT', () => (stopping = true));
  stopOnSignals(app, logger);
  await app.listen(config.PORT, config.HOST);
  await app.get(DatabaseConnector).whenConnected();
  return app;
}

/** The application opens its database before it listens; a second demo must not get that far. */
async function untouchedUnlessFree({ PORT, HOST }: Config): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(PORT, HOST, resolve));
  await new Promise((resolve) => probe.close(resolve));
}

function readLots(): string {
  const found = LOTS.find((url) => existsSync(url));
  if (!found) throw new Error('demo/coffee-lots.csv is missing.');
  return readFileSync(found, 'utf8');
}

function explain(error: Error & { code?: string; port?: number }): string {
  if (error.code !== 'EADDRINUSE') return error.message;
  return (
    `Port ${error.port} is in use, perhaps by a demo that is still running. ` +
    `Stop that, or choose another port: PORT=3001 npm run demo`
  );
}

main().catch((error: unknown) => {
  if (stopping) return;
  process.stderr.write(`${explain(error as Error)}\n`);
  process.exit(1);
});
