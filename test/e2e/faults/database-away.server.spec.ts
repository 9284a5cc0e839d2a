import { type Answer, Client } from '../../support/http/client.js';
import {
  acknowledged,
  ROWS_PER_CALL,
  startLoad,
  stopLeftLoad,
  storedSuppliers,
} from '../../support/processes/load.js';
import {
  canKillDatabase,
  type PrivateDatabase,
  startPrivateDatabase,
} from '../../support/databases/private-database.js';
import {
  killLeftServers,
  type ServerProcess,
  startServer,
  until,
  untilReady,
} from '../../support/processes/processes.js';
import { expectInTime } from '../../support/waiting/measured.js';

/** A caller may wait this long for a 503, not longer. */
const PATIENCE_MS = 6_000;
const MAX_TO_STOP_MS = 10_000;

function expectUnavailable(answer: Answer): void {
  expect([answer.status, answer.body]).toEqual([
    503,
    {
      error: 'SERVICE_UNAVAILABLE',
      message: expect.any(String),
      requestId: answer.headers.get('x-request-id'),
    },
  ]);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
}

(canKillDatabase ? describe : describe.skip)('while the database is away', () => {
  let database: PrivateDatabase;
  beforeAll(async () => {
    database = await startPrivateDatabase();
  });
  beforeEach(() => database.server.restart());
  afterEach(() => {
    stopLeftLoad();
    killLeftServers();
  });
  afterAll(() => database.server.stop());

  it('a server that was started without it lives, answers 503, and works by itself once it is there', async () => {
    await database.server.crash();
    const server = await startServer(database.env);
    const [client, anonymous] = [new Client(server.url, database.token), new Client(server.url)];
    expect(await client.get('/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expectUnavailable(await anonymous.get('/health/ready'));
    for (const path of ['/auth/test', '/suppliers', '/suppliers/A', '/sync-status', '/sync-logs', '/dds/A']) {
      expectUnavailable(await client.get(path));
    }
    expectUnavailable(await client.post('/suppliers', { suppliers: [] }));
    expectUnavailable(await client.delete('/suppliers/A'));

    await database.server.restart();
    await untilReady(server.url);
    expect((await client.post('/suppliers', { suppliers: [] })).status).toBe(200);
    expect(await server.kill('SIGTERM')).toBe(0);
  });

  it('a caller without a credential, or with a malformed one, still hears which credential is missing', async () => {
    await database.server.crash();
    const server = await startServer(database.env);
    const answers = [
      await new Client(server.url).get('/suppliers'),
      await new Client(server.url, 'eudr_live_short').get('/suppliers'),
    ];
    expect(answers.map(({ status, body }) => [status, body.error])).toEqual([
      [401, 'AUTHENTICATION_REQUIRED'],
      [401, 'INVALID_TOKEN_FORMAT'],
    ]);
    await server.kill('SIGTERM');
  });

  it('killed under load it costs 503s but no process and no acknowledged row, and all goes on by itself', async () => {
    const server = await startServer(database.env);
    const client = new Client(server.url, database.token);
    await untilReady(server.url);
    const load = startLoad(client, 4);
    await until(() => Promise.resolve(acknowledged(load.calls).length >= 10));
    await database.server.crash();
    await until(() =>
      Promise.resolve(load.calls.filter(({ answer }) => answer?.status === 503).length >= 20),
    );
    expectUnavailable(await client.get('/health/ready'));
    expect((await client.get('/health/live')).status).toBe(200);
    const before = acknowledged(load.calls).length;
    await database.server.restart();
    await untilReady(server.url);
    await until(() => Promise.resolve(acknowledged(load.calls).length >= before + 10));
    const calls = await load.stop();

    expect([...new Set(calls.map(({ answer }) => answer?.status))].sort()).toEqual([200, 503]);
    expectInTime(Math.max(...calls.map(({ ms }) => ms)), PATIENCE_MS);
    const { rowsOf, total, live } = await storedSuppliers(client);
    const done = acknowledged(calls).map(({ prefix }) => prefix);
    expect(done.filter((prefix) => rowsOf.get(prefix) !== ROWS_PER_CALL)).toEqual([]);
    expect([...rowsOf.values()].filter((rows) => rows !== ROWS_PER_CALL)).toEqual([]);
    expect(total).toBe(live);
    expect(await server.kill('SIGTERM')).toBe(0);
  });

  it('SIGTERM ends a server whose database went away, and one that never had it, with 0', async () => {
    const had = await usedServer();
    await database.server.crash();
    const never = await startServer(database.env);
    const begun = performance.now();
    expect(await Promise.all([had.kill('SIGTERM'), never.kill('SIGTERM')])).toEqual([0, 0]);
    expectInTime(performance.now() - begun, MAX_TO_STOP_MS);
  });

  it('SIGTERM ends a server whose database hangs with 0', async () => {
    const server = await usedServer();
    process.kill(database.server.pid, 'SIGSTOP');
    const begun = performance.now();
    try {
      expect(await server.kill('SIGTERM')).toBe(0);
    } finally {
      process.kill(database.server.pid, 'SIGCONT');
    }
    expectInTime(performance.now() - begun, MAX_TO_STOP_MS);
  });

  /** A server with a token's use to write down before it ends. */
  async function usedServer(): Promise<ServerProcess> {
    const server = await startServer(database.env);
    await untilReady(server.url);
    await new Client(server.url, database.token).get('/suppliers');
    return server;
  }
});
