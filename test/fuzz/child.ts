import { startApp } from '../support/app/app.js';
import type { DatabaseEnv } from '../support/databases/database.js';
import { fuzz } from './run.js';

/** One run on the engine that `DATABASE_URL` names: a process keeps to one engine for its whole life. */
const { DATA_DIR = '', DATABASE_URL } = process.env;
const [requests = '0', seed = '0'] = process.argv.slice(2);
const env: DatabaseEnv = { DATA_DIR, ...(DATABASE_URL !== undefined && { DATABASE_URL }) };
const app = await startApp({ WEBHOOK_ALLOW_PRIVATE_HOSTS: 'true' }, env);
const result = await fuzz(app, { requests: Number(requests), seed: Number(seed) });
process.stdout.write(JSON.stringify(result));
await app.close();
process.exit(0);
