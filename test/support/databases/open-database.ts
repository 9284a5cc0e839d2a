import type { DataSource } from 'typeorm';
import { readConfig } from '../../../src/platform/config/config.js';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { Database } from '../../../src/platform/database/database.js';
import { migrate } from '../../../src/platform/database/migrator.js';
import { createLogger } from '../../../src/platform/logging/logger.js';
import { SCHEMA } from '../../../src/schema.js';
import { type DatabaseEnv, migratedDatabase } from './database.js';

/** The database layer alone, as a process of its own would open it. */
export interface OpenDatabase {
  env: DatabaseEnv;
  database: Database;
  close(): Promise<void>;
}

/** A connected data source, on whatever the database holds. */
export async function connect(env: DatabaseEnv): Promise<DataSource> {
  const dataSource = await createDataSource(readConfig({ ...env }), SCHEMA);
  return dataSource.initialize();
}

/** A migrated database, a fresh one unless given. Opened twice, it stands for two processes. */
export async function openDatabase(on?: DatabaseEnv): Promise<OpenDatabase> {
  const env = on ?? (await migratedDatabase());
  const dataSource = await connect(env);
  await migrate(dataSource, createLogger({ LOG_LEVEL: 'silent' }));
  const database = new Database();
  database.open(dataSource);
  return { env, database, close: () => database.close() };
}
