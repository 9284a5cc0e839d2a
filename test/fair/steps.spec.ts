import { leastIdAt, newId } from '../../src/platform/ids/ids.js';
import { toSqlInstant } from '../../src/platform/database/instant.js';
import { startApp, type TestApp } from '../support/app/app.js';
import { type Erp, givenErp, givenTokens, suppliers } from '../support/app/factories.js';
import { openDatabase } from '../support/databases/open-database.js';
import { Client } from '../support/http/client.js';
import { ThreadedClient } from '../support/http/threaded-client.js';
import { insertRows } from '../support/paging/rows.js';
import { givenPerson, type Person } from '../support/people/members.js';
import { type ServerProcess, startServer, untilReady } from '../support/processes/processes.js';
import { beside, expectFair, p95 } from '../support/waiting/fairness.js';

const OLD_RUNS = 200_000;
const TOKENS = 20_000;
const DAY_MS = 86_400_000;

let app: TestApp;
let greedy: Person;
let erp: Erp;
let server: ServerProcess;
beforeEach(async () => {
  app = await startApp({ WEBHOOK_DISPATCHER: 'false' });
  greedy = await givenPerson(app);
  erp = await givenErp(app);
});
afterEach(() => server.kill('SIGTERM'));

async function startAnew(): Promise<Client> {
  server = await startServer(app.env);
  await untilReady(server.url);
  return new Client(server.url, erp.token);
}

const writes =
  (client: Client, round: string) =>
  async (sample: number): Promise<void> => {
    const { status } = await client.post('/suppliers', { suppliers: suppliers(1, `${round}${sample}`) });
    expect(status).toBe(200);
  };

/** Sync runs of the greedy company that are too old to be kept. */
async function givenOldRuns(): Promise<void> {
  const then = new Date(Date.now() - 200 * DAY_MS);
  const stem = leastIdAt('log', then).slice(0, -16);
  const at = toSqlInstant(then);
  const { companyId, integrationId } = greedy.erp;
  const run = {
    company_id: companyId,
    integration_id: integrationId,
    entity_type: 'SUPPLIER',
    action: 'CREATE',
  };
  const rest = { status: 'SUCCESS', records_affected: 1, metadata: '{}', started_at: at, created_at: at };
  const rows = Array.from({ length: OLD_RUNS }, () => ({
    id: stem + newId('log').slice(-16),
    ...run,
    ...rest,
  }));
  await insertRows(app, 'sync_logs', rows);
}

async function oldRuns(): Promise<number> {
  const open = await openDatabase(app.env);
  const [row] = await open.database.select<{ n: number | string }>(
    'SELECT COUNT(*) AS n FROM sync_logs WHERE integration_id = ?',
    [greedy.erp.integrationId],
  );
  await open.close();
  return Number(row?.n);
}

it('writes beside the sweep of another company’s 200,000 old sync runs', async () => {
  const alone = await p95(writes(await startAnew(), 'A'));
  await server.kill('SIGTERM');
  await givenOldRuns();
  await app.close();
  const swept = await p95(writes(await startAnew(), 'B'));
  const left = await oldRuns();
  expect([left > 0, left < OLD_RUNS]).toEqual([true, true]);
  expectFair(alone, swept);
});

it('writes beside the revocation of another company’s 20,000 tokens, tried again and again', async () => {
  await givenTokens(app, greedy.erp, TOKENS);
  await app.close();
  const other = await startAnew();
  const alone = await p95(writes(other, 'C'));
  const client = new ThreadedClient(server.url, greedy.token);
  const path = `/apiops/projects/${greedy.slug}/tokens/revoke/`;
  const revoke = (number: number) => client.post(path, { all: true, dryRun: number % 2 === 1 });
  const revocations = { callers: 4, call: revoke, answers: [200, 429, 503] };
  expectFair(alone, await beside(revocations, () => p95(writes(other, 'D'))));
});
