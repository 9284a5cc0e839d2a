import { startApp } from '../../support/app/app.js';
import { givenErp, type Row, suppliers } from '../../support/app/factories.js';
import { migratedDatabase } from '../../support/databases/database.js';
import {
  type LosingProxy,
  type ServerError,
  startLosingProxy,
} from '../../support/databases/losing-proxy.js';
import { expectError } from '../../support/http/expect-error.js';
import { killLeftServers, startServer, until, untilReady } from '../../support/processes/processes.js';

/** What a node of a Galera cluster says to anything but SET and SHOW while it has lost the others. */
const LEFT: ServerError = {
  errno: 1047,
  sqlState: '08S01',
  message: 'WSREP has not yet prepared node for application use',
};
const COMMIT_FAILED: ServerError = {
  errno: 1180,
  sqlState: 'HY000',
  message: 'Got error 5 "Input/output error" during COMMIT',
};
const anyStatement = (statement: string): boolean => !/^(SET|SHOW)/i.test(statement);

let proxy: LosingProxy;
beforeEach(async () => {
  proxy = await startLosingProxy(await migratedDatabase());
});
afterEach(async () => {
  killLeftServers();
  await proxy.close();
});

describe('while the node of a cluster refuses everything (1047)', () => {
  it.each(['true', 'false'])(
    'a process that starts waits (MIGRATE_ON_START=%s)',
    async (MIGRATE_ON_START) => {
      await (await startApp({}, proxy.env)).close();
      proxy.refuse(LEFT, anyStatement);
      const server = await startServer(proxy.env, { MIGRATE_ON_START });
      await until(() => Promise.resolve(server.log.some((line) => line.includes('retrying'))));
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
      proxy.refuseNone();
      await untilReady(server.url);
      expect(await server.kill('SIGTERM')).toBe(0);
    },
  );

  it('reads and writes are 503, and no connection that said so is used again', async () => {
    const app = await startApp({ WEBHOOK_DISPATCHER: 'false' }, proxy.env);
    const { client } = await givenErp(app);
    expect((await client.post('/suppliers', { suppliers: suppliers(2, 'S') })).status).toBe(200);
    proxy.refuse(LEFT, anyStatement);
    const calls = Array.from({ length: 20 }, (_, call) =>
      call % 2 ? client.get('/suppliers') : client.post('/suppliers', { suppliers: suppliers(1, 'T') }),
    );
    for (const answer of await Promise.all(calls)) expectError(answer, 503, 'SERVICE_UNAVAILABLE');
    await untilReady(app.url, 503);
    proxy.refuseNone();
    await untilReady(app.url);
    const after = Array.from({ length: 20 }, () => client.get('/suppliers'));
    for (const { status, body } of await Promise.all(after)) expect([status, body.total]).toEqual([200, 2]);
    expect(proxy.reused()).toBe(0);
    await app.close();
  });
});

it('a COMMIT that fails (1180) may have been written; the log says what was, once it can be known', async () => {
  const app = await startApp({ WEBHOOK_DISPATCHER: 'false' }, proxy.env);
  const { client } = await givenErp(app);
  proxy.refuse(COMMIT_FAILED, (statement) => statement.startsWith('COMMIT'));
  expectError(await client.post('/suppliers', { suppliers: suppliers(2, 'S') }), 503, 'OUTCOME_UNKNOWN');
  proxy.refuseNone();
  expect((await client.get('/suppliers')).body.total).toBe(0);
  await until(async () => {
    const { body } = await client.get('/sync-logs');
    return body.data.map(({ status }: Row) => status).join() === 'ERROR';
  });
  expect(proxy.reused()).toBe(0);
  await app.close();
});
