import { Agent } from 'node:http';
import { freshDatabase } from '../../support/databases/database.js';
import { suppliers } from '../../support/app/factories.js';
import { beginPost } from '../../support/http/connections.js';
import {
  bootstrapped,
  killLeftServers,
  type ProductProcess,
  startServer,
  startWorker,
  until,
  untilReady,
} from '../../support/processes/processes.js';

afterEach(killLeftServers);

const SECRET = `eudr_live_${'5'.repeat(48)}`;

/** Loads code into the process that breaks it in this way on SIGUSR2. */
const breaking = (how: string): Record<string, string> => {
  const code = `process.on('SIGUSR2', () => { const error = new TypeError('broken with ${SECRET}'); ${how} })`;
  return { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(code)}"` };
};
const rejecting = breaking('Promise.reject(error)');
const throwing = breaking('setImmediate(() => { throw error })');

function expectFatal({ log }: ProductProcess): void {
  const lines = log.filter((line) => line.includes('unhandled error'));
  expect(lines).toHaveLength(1);
  const { level, err } = JSON.parse(lines[0] as string) as { level: number; err: Record<string, string> };
  expect([level, err['type'], err['message']]).toEqual([60, 'TypeError', 'broken with [redacted]']);
  expect(err['stack']).toContain('at ');
  expect(log.join('\n')).not.toContain(SECRET);
}

it.each([
  ['a rejection', rejecting],
  ['an exception', throwing],
])(
  '%s that nobody handles is logged whole, the running call is answered, and the server ends with 1',
  async (_, env) => {
    const database = await freshDatabase();
    const token = await bootstrapped(database);
    const server = await startServer(database, env);
    await untilReady(server.url);
    const agent = new Agent({ keepAlive: true });
    const body = { suppliers: suppliers(2, 'RUNNING') };
    const call = await beginPost(`${server.url}/api/v1/integration/suppliers`, token, body, agent);
    server.child.kill('SIGUSR2');
    await until(() => Promise.resolve(server.log.some((line) => line.includes('unhandled error'))));
    call.sendRest();
    expect((await call.answer).status).toBe(200);
    expect(await server.exited).toBe(1);
    expectFatal(server);
  },
);

it('a worker ends so too', async () => {
  const worker = startWorker(await freshDatabase(), { MIGRATE_ON_START: 'true', ...rejecting });
  await until(() => Promise.resolve(worker.log.some((line) => line.includes('worker started'))));
  worker.child.kill('SIGUSR2');
  expect(await worker.exited).toBe(1);
  expectFatal(worker);
});
