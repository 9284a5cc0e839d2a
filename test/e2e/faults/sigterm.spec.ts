import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { Client } from '../../support/http/client.js';
import { type DatabaseEnv, freshDatabase, onServer } from '../../support/databases/database.js';
import { suppliers } from '../../support/app/factories.js';
import { gate } from '../../support/waiting/gate.js';
import { type OpenDatabase, openDatabase } from '../../support/databases/open-database.js';
import {
  bootstrapped,
  killLeftServers,
  type ServerProcess,
  startServer,
  until,
  untilReady,
} from '../../support/processes/processes.js';
import { beginPost, openSocket, say } from '../../support/http/connections.js';

const MOST_MS = 10_000;
const BULK = '/api/v1/integration/suppliers';

let env: DatabaseEnv;
let token: string;
let elsewhere: OpenDatabase;
let server: ServerProcess;
beforeAll(async () => {
  env = await freshDatabase();
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

/** Another process's write, for whose end every bulk call must wait. */
async function heldUp(): Promise<{ letGo(): Promise<void> }> {
  const [locked, ended] = [gate(), gate()];
  const transaction = elsewhere.database.transaction(async (tx) => {
    await tx.write('UPDATE integration_state SET sequence = sequence + 1');
    locked.open();
    await ended.passed;
  });
  await Promise.race([locked.passed, transaction]);
  return {
    letGo: () => {
      ended.open();
      return transaction;
    },
  };
}

const refusesConnections = (): Promise<void> =>
  until(() =>
    fetch(`${server.url}/health/live`, { headers: { connection: 'close' } }).then(
      () => false,
      (error: Error & { cause?: { code?: string } }) => error.cause?.code === 'ECONNREFUSED',
    ),
  );

async function storedWith(prefix: string): Promise<number> {
  const [row] = await elsewhere.database.select<{ n: number }>(
    'SELECT COUNT(*) AS n FROM suppliers WHERE external_id LIKE ?',
    [`${prefix}-%`],
  );
  return Number(row?.n);
}

async function timed(work: Promise<number | string>): Promise<[code: number | string, ms: number]> {
  const begun = performance.now();
  return [await work, performance.now() - begun];
}

/** A connection that has had one answer and is kept open. */
async function idleConnection(): Promise<Socket> {
  const socket = await openSocket(server.url);
  expect(await say(socket, 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n')).toMatch(
    /^HTTP\/1.1 200 /,
  );
  return socket;
}

/** Where the engine has no part in it, once is enough. */
const itOnce = onServer ? it.skip : it;

describe('SIGTERM', () => {
  it('takes no new connection, lets the running call finish and answer 200, and ends with 0', async () => {
    const [idle, keepAlive] = [await idleConnection(), new Agent({ keepAlive: true })];
    const body = { suppliers: suppliers(50, 'RUNNING') };
    const call = await beginPost(`${server.url}${BULK}`, token, body, keepAlive);
    server.child.kill('SIGTERM');
    await refusesConnections();
    call.sendRest();
    const answer = await call.answer;
    expect([answer.status, (JSON.parse(answer.body) as { created: number }).created]).toEqual([200, 50]);
    const [code, ms] = await timed(server.exited);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(MOST_MS);
    idle.destroy();
    keepAlive.destroy();
    expect(await storedWith('RUNNING')).toBe(50);
  });

  it('waits for a call that the database holds up', async () => {
    const holder = await heldUp();
    const call = await beginPost(`${server.url}${BULK}`, token, { suppliers: suppliers(50, 'HELD') });
    call.sendRest();
    server.child.kill('SIGTERM');
    await until(() => Promise.resolve(server.log.some((line) => line.includes('"stopping"'))));
    await holder.letGo();
    expect((await call.answer).status).toBe(200);
    expect(await server.exited).toBe(0);
    expect(await storedWith('HELD')).toBe(50);
  });

  itOnce('ends with 0 at once when nothing runs, idle connections or not', async () => {
    const idle = await Promise.all([idleConnection(), idleConnection()]);
    const [code, ms] = await timed(server.kill('SIGTERM'));
    expect(code).toBe(0);
    expect(ms).toBeLessThan(3_000);
    for (const socket of idle) socket.destroy();
  });

  // The engine has no part in it, and it takes the whole grace period.
  (onServer ? it.skip : it)(
    'ends with 0 in time with clients that have sent half a request and hang',
    async () => {
      const authorization = `authorization: Bearer ${token}`;
      const [head, body] = [await openSocket(server.url), await openSocket(server.url)];
      head.write('GET /health/live HTTP/1.1\r\nHost: loc');
      body.write(`POST ${BULK} HTTP/1.1\r\nHost: localhost\r\n${authorization}\r\n`);
      body.write('content-type: application/json\r\ncontent-length: 1000\r\n\r\n{"suppliers": [');
      await idleConnection();
      const [code, ms] = await timed(server.kill('SIGTERM'));
      expect(code).toBe(0);
      expect(ms).toBeLessThan(MOST_MS);
      head.destroy();
      body.destroy();
    },
  );

  itOnce('sent twice does no more than once', async () => {
    const call = await beginPost(`${server.url}${BULK}`, token, { suppliers: suppliers(5, 'TWICE') });
    server.child.kill('SIGTERM');
    await refusesConnections();
    server.child.kill('SIGTERM');
    server.child.kill('SIGINT');
    call.sendRest();
    expect((await call.answer).status).toBe(200);
    expect(await server.exited).toBe(0);
  });
});
