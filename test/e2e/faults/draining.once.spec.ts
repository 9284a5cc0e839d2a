import { Agent, get, type IncomingMessage } from 'node:http';
import { freshDatabase } from '../../support/databases/database.js';
import { idleConnection } from '../../support/processes/stopping.js';
import { say } from '../../support/http/connections.js';
import {
  bootstrapped,
  killLeftServers,
  type ServerProcess,
  startServer,
  until,
  untilReady,
} from '../../support/processes/processes.js';

const CALLERS = 24;

let token: string;
let server: ServerProcess;
beforeEach(async () => {
  const database = await freshDatabase();
  token = await bootstrapped(database);
  server = await startServer(database, { DRAIN_SECONDS: '2' });
  await untilReady(server.url);
});
afterEach(killLeftServers);

const logged = (text: string): Promise<void> =>
  until(() => Promise.resolve(server.log.some((line) => line.includes(text))));

/** One call, read to its end; rejects where the connection breaks. */
function call(agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    get(`${server.url}/api/v1/integration/suppliers`, { agent, headers }, (response) => {
      response
        .resume()
        .once('end', () => resolve(response))
        .once('error', reject);
    }).once('error', reject);
  });
}

/** Calls on one kept connection until it is told to close it, and then once more on another. */
async function callUntilClosed(begun: () => void): Promise<(number | undefined)[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const statuses: (number | undefined)[] = [];
  for (let told = false; !told; begun()) {
    const { statusCode, headers } = await call(agent);
    statuses.push(statusCode);
    told = headers.connection === 'close';
  }
  statuses.push((await call(agent)).statusCode);
  agent.destroy();
  return statuses;
}

it(`SIGTERM loses no request of ${CALLERS} callers who keep their connections`, async () => {
  let begun = 0;
  const callers = Array.from({ length: CALLERS }, () => callUntilClosed(() => (begun += 1)));
  await until(() => Promise.resolve(begun >= CALLERS * 3));
  const exited = server.kill('SIGTERM');
  const statuses = (await Promise.all(callers)).flat();
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(await exited).toBe(0);
});

it('from SIGTERM on readiness is 503, the process lives, and idle connections are answered once more', async () => {
  const idle = await idleConnection(server);
  const exited = server.kill('SIGTERM');
  await logged('"stopping"');
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
  expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  const answer = await say(idle, 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1.1 200 [\s\S]*connection: close/i);
  expect(await exited).toBe(0);
});
