import type { DataSource } from 'typeorm';
import { readConfig } from '../../../src/platform/config/config.js';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { Database } from '../../../src/platform/database/database.js';
import { migrate } from '../../../src/platform/database/migrator.js';
import { createLogger } from '../../../src/platform/logging/logger.js';
import { SCHEMA } from '../../../src/schema.js';
import { type DatabaseEnv, migratedDatabase } from './database.js';

/** The database layer alone, as a separate process opens it. */
export interface OpenDatabase {
  env: DatabaseEnv;
  database: Database;
  close(): Promise<void>;
}

/** Connects to a database, whatever it contains. */
export async function connect(env: DatabaseEnv): Promise<DataSource> {
  const dataSource = await createDataSource(readConfig({ ...env }), SCHEMA);
  return dataSource.initialize();
}

/** Opens a migrated database, a new one by default. Opening it twice simulates two processes. */
export async function openDatabase(on?: DatabaseEnv): Promise<OpenDatabase> {
  const env = on ?? (await migratedDatabase());
  const dataSource = await connect(env);
  await migrate(dataSource, createLogger({ LOG_LEVEL: 'silent' }));
  const database = new Database();
  database.open(dataSource);
  return { env, database, close: () => database.close() };
}
