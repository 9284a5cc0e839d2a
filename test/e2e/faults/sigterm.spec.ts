import { Agent } from 'node:http';
import { Client } from '../../support/http/client.js';
import { type DatabaseEnv, migratedDatabase } from '../../support/databases/database.js';
import { suppliers } from '../../support/app/factories.js';
import { holdTransaction } from '../../support/databases/held-transaction.js';
import { type OpenDatabase, openDatabase } from '../../support/databases/open-database.js';
import {
  bootstrapped,
  killLeftServers,
  type ServerProcess,
  startServer,
  until,
  untilReady,
} from '../../support/processes/processes.js';
import { idleConnection, refusesConnections, timed } from '../../support/processes/stopping.js';
import { beginPost } from '../../support/http/connections.js';
import { expectInTime } from '../../support/waiting/measured.js';

const MAX_MS = 10_000;
const BULK = '/api/v1/integration/suppliers';

let env: DatabaseEnv;
let token: string;
let elsewhere: OpenDatabase;
let server: ServerProcess;
beforeAll(async () => {
  env = await migratedDatabase();
  token = await bootstrapped(env);
  elsewhere = await openDatabase(env);
});
beforeEach(async () => {
  server = await startServer(env);
  await untilReady(server.url);
  // The integration's state has a row to be locked from the first write on.
  await new Client(server.url, token).post('/suppliers', { suppliers: suppliers(1, 'FIRST') });
});
afterEach(killLeftServers);
afterAll(() => elsewhere.close());

async function storedWith(prefix: string): Promise<number> {
  const [row] = await elsewhere.database.select<{ n: number }>(
    'SELECT COUNT(*) AS n FROM suppliers WHERE external_id LIKE ?',
    [`${prefix}-%`],
  );
  return Number(row?.n);
}

describe('SIGTERM', () => {
  it('takes no new connection, lets the running call finish and answer 200, and ends with 0', async () => {
    const [idle, keepAlive] = [await idleConnection(server), new Agent({ keepAlive: true })];
    const body = { suppliers: suppliers(50, 'RUNNING') };
    const call = await beginPost(`${server.url}${BULK}`, token, body, keepAlive);
    server.child.kill('SIGTERM');
    await refusesConnections(server);
    call.sendRest();
    const answer = await call.answer;
    expect([answer.status, (JSON.parse(answer.body) as { created: number }).created]).toEqual([200, 50]);
    const [code, ms] = await timed(server.exited);
    expect(code).toBe(0);
    expectInTime(ms, MAX_MS);
    idle.destroy();
    keepAlive.destroy();
    expect(await storedWith('RUNNING')).toBe(50);
  });

  it('waits for a call that the database holds up', async () => {
    const holder = await holdTransaction(elsewhere.database, (tx) =>
      tx.write('UPDATE integration_state SET sequence = sequence + 1'),
    );
    const call = await beginPost(`${server.url}${BULK}`, token, { suppliers: suppliers(50, 'HELD') });
    call.sendRest();
    server.child.kill('SIGTERM');
    await until(() => Promise.resolve(server.log.some((line) => line.includes('"stopping"'))));
    await holder.letGo();
    expect((await call.answer).status).toBe(200);
    expect(await server.exited).toBe(0);
    expect(await storedWith('HELD')).toBe(50);
  });
});
