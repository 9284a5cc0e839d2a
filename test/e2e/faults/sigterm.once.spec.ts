import { beginPost, openSocket } from '../../support/http/connections.js';
import { type DatabaseEnv, freshDatabase } from '../../support/databases/database.js';
import { suppliers } from '../../support/app/factories.js';
import {
  bootstrapped,
  killLeftServers,
  type ServerProcess,
  startServer,
  untilReady,
} from '../../support/processes/processes.js';
import { idleConnection, refusesConnections, timed } from '../../support/processes/stopping.js';
import { expectInTime } from '../../support/waiting/measured.js';

const MAX_MS = 10_000;
const BULK = '/api/v1/integration/suppliers';

let env: DatabaseEnv;
let token: string;
let server: ServerProcess;
beforeAll(async () => {
  env = await freshDatabase();
  token = await bootstrapped(env);
});
beforeEach(async () => {
  server = await startServer(env);
  await untilReady(server.url);
});
afterEach(killLeftServers);

describe('SIGTERM', () => {
  it('ends with 0 when nothing runs, idle connections or not', async () => {
    const idle = await Promise.all([idleConnection(server), idleConnection(server)]);
    const [code, ms] = await timed(server.kill('SIGTERM'));
    expect(code).toBe(0);
    expectInTime(ms, 3_000);
    for (const socket of idle) socket.destroy();
  });

  it('ends with 0 with clients that have sent half a request and hang', async () => {
    const authorization = `authorization: Bearer ${token}`;
    const [head, body] = [await openSocket(server.url), await openSocket(server.url)];
    head.write('GET /health/live HTTP/1.1\r\nHost: loc');
    body.write(`POST ${BULK} HTTP/1.1\r\nHost: localhost\r\n${authorization}\r\n`);
    body.write('content-type: application/json\r\ncontent-length: 1000\r\n\r\n{"suppliers": [');
    await idleConnection(server);
    const [code, ms] = await timed(server.kill('SIGTERM'));
    expect(code).toBe(0);
    expectInTime(ms, MAX_MS);
    head.destroy();
    body.destroy();
  });

  it('sent twice does no more than once', async () => {
    const call = await beginPost(`${server.url}${BULK}`, token, { suppliers: suppliers(5, 'TWICE') });
    server.child.kill('SIGTERM');
    await refusesConnections(server);
    server.child.kill('SIGTERM');
    server.child.kill('SIGINT');
    call.sendRest();
    expect((await call.answer).status).toBe(200);
    expect(await server.exited).toBe(0);
  });
});
