import { join } from 'node:path';
import Libsql from 'libsql';
import mysql, { type Connection } from 'mysql2';
import { DataSource, type DataSourceOptions, type MixedList } from 'typeorm';
import { type Config, engineOf } from '../config/config.js';
import { type DatabaseAddress, databaseAddress } from '../config/database-url.js';
import { closeToOthers } from '../config/own-files.js';
import { serializeRunners } from './embedded-query-runner.js';
import { SnakeNaming } from './naming.js';
import { sessionDriver } from './session-pool.js';

type DatabaseConfig = Pick<Config, 'DATABASE_URL' | 'DATA_DIR' | 'DATABASE_POOL_SIZE'>;

/** The entities and migrations of the product. */
export interface Schema {
  entities: MixedList<Function>;
  migrations: MixedList<Function>;
}

/** How long the embedded engine may block the event loop for another process's lock. */
const EMBEDDED_BUSY_MS = 50;
/** The engine's default of 2 MB is smaller than the pages that bulk calls and deliveries use in turn. */
const EMBEDDED_CACHE_KB = 65_536;
const CONNECT_MS = 5_000;
const MAX_STATEMENTS_PER_CONNECTION = 200;
/** Maximum number of callers that wait for a connection. Further callers fail at once. */
const MAX_WAITING = 1_000;

/**
 * Creates a data source for the configured database. It is not initialized yet.
 * @throws the driver's error if the server does not answer
 */
export async function createDataSource(config: DatabaseConfig, schema: Schema): Promise<DataSource> {
  const common = {
    ...schema,
    synchronize: false,
    namingStrategy: new SnakeNaming(),
    migrationsTransactionMode: 'each' as const,
    logging: false,
  };
  if (engineOf(config) === 'mysql') return new DataSource(await mysqlOptions(config, common));
  const file = join(config.DATA_DIR, 'eudr.sqlite');
  closeToOthers(file);
  const dataSource = new DataSource({
    ...common,
    type: 'better-sqlite3',
    driver: Libsql,
    database: file,
    enableWAL: true,
    timeout: EMBEDDED_BUSY_MS,
    prepareDatabase: (connection: Libsql.Database) =>
      void connection.pragma(`cache_size = -${EMBEDDED_CACHE_KB}`),
  });
  serializeRunners(dataSource);
  return dataSource;
}

async function mysqlOptions(
  config: DatabaseConfig,
  common: Omit<DataSourceOptions, 'type'>,
): Promise<DataSourceOptions> {
  const address = databaseAddress(config.DATABASE_URL as string);
  const flavour = await flavourOf(address);
  return {
    ...common,
    type: flavour,
    driver: sessionDriver(flavour),
    ...address,
    username: address.user,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    poolSize: config.DATABASE_POOL_SIZE,
    connectTimeout: CONNECT_MS,
    extra: {
      maxPreparedStatements: MAX_STATEMENTS_PER_CONNECTION,
      enableKeepAlive: true,
      queueLimit: MAX_WAITING,
    },
  };
}

/**
 * Detects MariaDB. TypeORM compares its schema correctly only under its own name; the protocol is the same.
 */
async function flavourOf(address: DatabaseAddress): Promise<'mysql' | 'mariadb'> {
  const connection = mysql.createConnection({ ...address, connectTimeout: CONNECT_MS });
  try {
    const version = await selectVersion(connection);
    return /mariadb/i.test(version) ? 'mariadb' : 'mysql';
  } finally {
    connection.destroy();
  }
}

function selectVersion(connection: Connection): Promise<string> {
  return new Promise((resolve, reject) => {
    connection.on('error', reject);
    connection.query({ sql: 'SELECT VERSION() AS version', timeout: CONNECT_MS }, (error, rows) =>
      error ? reject(error) : resolve((rows as { version: string }[])[0]?.version ?? ''),
    );
  });
}
