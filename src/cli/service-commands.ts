import type { INestApplicationContext } from '@nestjs/common';
import { type Command, CommanderError } from 'commander';
import { buildApp } from '../app.js';
import { type Config, readConfig } from '../platform/config/config.js';
import { databaseAddress } from '../platform/config/database-url.js';
import { DatabaseAhead, DatabaseBehind } from '../platform/database/database-connector.js';
import { Database } from '../platform/database/database.js';
import { toSqlInstant } from '../platform/database/instant.js';
import { createLogger } from '../platform/logging/logger.js';
import { createOpenApiDocument } from '../reference/openapi/document.js';
import { productVersion } from '../version.js';
import { declare, type JsonOptions, jsonOption } from './command.js';
import { withApp } from './context.js';
import { print } from './output.js';
import { terminal } from './terminal.js';
import { runWorker } from './worker.js';

const NOT_READY_EXIT_CODE = 3;

/** Counts for `status`, over all companies. */
const COUNTS = `
  SELECT (SELECT COUNT(*) FROM migrations) AS migrations,
         (SELECT COUNT(*) FROM companies) AS companies,
         (SELECT COUNT(*) FROM integrations WHERE deleted_at IS NULL) AS integrations,
         (SELECT COUNT(*) FROM tokens
          WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)) AS tokens,
         (SELECT COUNT(*) FROM webhooks) AS webhooks,
         (SELECT COUNT(*) FROM users) AS users`;

interface Counts {
  migrations: number;
  companies: number;
  integrations: number;
  /** Tokens that are neither revoked nor expired. */
  tokens: number;
  webhooks: number;
  users: number;
}

export function addMigrateCommand(program: Command): void {
  declare(program, 'Set-up', 'migrate')
    .description('bring the database up to date')
    .addOption(jsonOption())
    .action(async (options: JsonOptions) => {
      await withApp({ MIGRATE_ON_START: true }, () => Promise.resolve());
      print(options, { migrated: true }, 'The database is up to date.');
    });
}

/** Adds the commands for the running service. */
export function addRunningCommands(program: Command): void {
  declare(program, 'Running', 'status')
    .description(
      `print version, database, migrations and counts; exit code ${NOT_READY_EXIT_CODE} where migrations are missing`,
    )
    .addOption(jsonOption())
    .action(status);
  declare(program, 'Running', 'worker')
    .description('send webhooks and delete expired data, without serving HTTP, until stopped')
    .action(runWorker);
  declare(program, 'Running', 'openapi', '> openapi.json')
    .description('print the OpenAPI document of this version')
    .action(async () => {
      const config = readConfig({ LOG_LEVEL: 'silent' });
      const document = createOpenApiDocument(await buildApp(config, createLogger(config)));
      terminal().output.write(`${JSON.stringify(document, null, 2)}\n`);
    });
}

async function status(options: JsonOptions): Promise<void> {
  const version = productVersion();
  const database = databaseName(terminal().config());
  const counts = await withApp({ MIGRATE_ON_START: false }, countsIn).catch(problemOf);
  const isReady = typeof counts !== 'string';
  const ready = isReady ? counts : { problem: counts };
  const lines = [
    `Version       ${version}`,
    `Database      ${database}`,
    ...(isReady ? countLines(counts) : [`Migrations    ${counts}`]),
  ];
  print(options, { version, database, upToDate: isReady, ...ready }, lines.join('\n'));
  if (!isReady) throw new CommanderError(NOT_READY_EXIT_CODE, 'not-ready', counts);
}

async function countsIn(app: INestApplicationContext): Promise<Counts> {
  const now = toSqlInstant(new Date());
  const [row] = await app.get(Database).select<Record<keyof Counts, number | string>>(COUNTS, [now]);
  const entries = Object.entries(row ?? {}).map(([name, count]) => [name, Number(count)]);
  return Object.fromEntries(entries) as Counts;
}

/**
 * Returns why this version cannot read the database.
 * @throws the given error if it is another one
 */
function problemOf(error: unknown): string {
  if (error instanceof DatabaseBehind || error instanceof DatabaseAhead) return error.message;
  throw error;
}

function countLines({ migrations, companies, integrations, tokens, webhooks, users }: Counts): string[] {
  return [
    `Migrations    up to date (${migrations})`,
    `Companies     ${companies}`,
    `Integrations  ${integrations}`,
    `Live tokens   ${tokens}`,
    `Webhooks      ${webhooks}`,
    `Users         ${users}`,
  ];
}

/** Returns the location of the data, without the password. */
function databaseName({ DATABASE_URL, DATA_DIR }: Config): string {
  if (DATABASE_URL === undefined) return `embedded, in ${DATA_DIR}`;
  const { host, port, database } = databaseAddress(DATABASE_URL);
  return `${database} on ${host}:${port}`;
}
