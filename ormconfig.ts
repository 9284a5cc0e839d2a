import { readConfig } from './src/platform/config/config.js';
import { createDataSource } from './src/platform/database/data-source.js';
import { SCHEMA } from './src/schema.js';

/** The data source for TypeORM's own commands: `npx typeorm migration:show -d dist/ormconfig.js`. */
export const dataSource = createDataSource(readConfig(process.env), SCHEMA);
