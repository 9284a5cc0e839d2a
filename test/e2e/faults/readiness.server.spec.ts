import mysql, { type Connection } from 'mysql2/promise';
import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { expectError } from '../../support/http/expect-error.js';
import {
  canKillDatabase,
  type PrivateDatabase,
  startPrivateDatabase,
} from '../../support/databases/private-database.js';
import { untilReady } from '../../support/processes/processes.js';

(canKillDatabase ? describe : describe.skip)('readiness', () => {
  let database: PrivateDatabase;
  let app: TestApp;
  let root: Connection;
  beforeAll(async () => {
    database = await startPrivateDatabase();
    root = await mysql.createConnection(database.server.url);
    app = await startApp({ WEBHOOK_DISPATCHER: 'false' }, database.env);
  });
  afterAll(async () => {
    await root.end();
    await app.close();
    await database.server.stop();
  });

  const ready = () => new Client(app.url).get('/health/ready');
  /** Readiness is looked at again after a moment. */
  async function untilNotReady(): Promise<void> {
    let answer = await ready();
    while (answer.status === 200) answer = await ready();
    expectError(answer, 503, 'SERVICE_UNAVAILABLE');
  }

  it('is 503 while the server takes no writes', async () => {
    await untilReady(app.url);
    await root.query('SET GLOBAL read_only = 1');
    await untilNotReady();
    await root.query('SET GLOBAL read_only = 0');
    await untilReady(app.url);
  });

  it('is 503, and so are reads and writes, while the server hangs', async () => {
    await untilReady(app.url);
    const client = new Client(app.url, database.token);
    await client.get('/suppliers');
    process.kill(database.server.pid, 'SIGSTOP');
    try {
      await untilNotReady();
      expectError(await client.get('/suppliers'), 503, 'SERVICE_UNAVAILABLE');
      expectError(await client.post('/suppliers', { suppliers: [] }), 503, 'SERVICE_UNAVAILABLE');
    } finally {
      process.kill(database.server.pid, 'SIGCONT');
    }
    await untilReady(app.url);
    expect((await client.get('/suppliers')).status).toBe(200);
  });
});
