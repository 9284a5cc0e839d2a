import { Client } from '../../support/http/client.js';
import { migratedDatabase } from '../../support/databases/database.js';
import {
  acknowledged,
  type Call,
  ROWS_PER_CALL,
  startLoad,
  stopLeftLoad,
  storedSuppliers,
} from '../../support/processes/load.js';
import {
  bootstrapped,
  killLeftServers,
  startServer,
  until,
  untilReady,
} from '../../support/processes/processes.js';
import { sized } from '../../support/waiting/measured.js';

const KILLS = sized(2, 10);
const CALLERS = 4;

afterEach(() => {
  stopLeftLoad();
  killLeftServers();
});

/** Sends bulk calls until some are answered, kills the server in their midst, and says what the callers saw. */
async function killedUnderLoad(
  env: Awaited<ReturnType<typeof migratedDatabase>>,
  token: string,
): Promise<Call[]> {
  const server = await startServer(env);
  await untilReady(server.url);
  const load = startLoad(new Client(server.url, token), CALLERS);
  await until(() => Promise.resolve(acknowledged(load.calls).length >= 6));
  await server.kill('SIGKILL');
  return load.stop();
}

it('kill -9 in the middle of bulk calls loses no acknowledged call and leaves none half done', async () => {
  const env = await migratedDatabase();
  const token = await bootstrapped(env);
  const calls: Call[] = [];
  for (let kills = 0; kills < KILLS; kills += 1) calls.push(...(await killedUnderLoad(env, token)));

  const server = await startServer(env);
  await untilReady(server.url);
  const client = new Client(server.url, token);
  const { rowsOf, total, live } = await storedSuppliers(client);
  const present = [...rowsOf.keys()].sort();

  expect(acknowledged(calls).map(({ prefix }) => [prefix, rowsOf.get(prefix)])).toEqual(
    acknowledged(calls).map(({ prefix }) => [prefix, ROWS_PER_CALL]),
  );
  expect([...rowsOf.values()].filter((rows) => rows !== ROWS_PER_CALL)).toEqual([]);
  expect(present.filter((prefix) => !calls.some((call) => call.prefix === prefix))).toEqual([]);
  expect(total).toBe(live);

  const logs = await client.get('/sync-logs?entityType=SUPPLIER&status=SUCCESS&limit=1');
  const all = await client.get('/sync-logs?limit=1');
  expect([logs.body.total, all.body.total]).toEqual([present.length, present.length]);
  const status = await client.get('/sync-status');
  expect(status.body.suppliers.total).toBe(live);
  expect(await server.kill('SIGTERM')).toBe(0);
}, 180_000);
