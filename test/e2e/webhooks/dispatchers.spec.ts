import { Client } from '../../support/http/client.js';
import { type DatabaseEnv, migratedDatabase } from '../../support/databases/database.js';
import { type Erp, suppliers } from '../../support/app/factories.js';
import { bootstrapped } from '../../support/processes/processes.js';
import {
  killLeftServers,
  type ServerProcess,
  startServer,
  untilReady,
} from '../../support/processes/processes.js';
import type { Received } from '../../support/webhooks/receiver.js';
import { checkAndCloseEndpoints } from '../../support/webhooks/webhook-checks.js';
import { type Endpoint, eventOf, givenEndpoint, WEBHOOK_ENV } from '../../support/webhooks/webhooks.js';

const CALLS = 10;
const ROWS = 50;
/** What a process that is gone had claimed is claimed anew after a while. */
const TAKEOVER_MS = 35_000;

let env: DatabaseEnv;
let servers: [ServerProcess, ServerProcess];
let erps: [Erp, Erp];
let endpoint: Endpoint;
beforeAll(async () => {
  env = await migratedDatabase();
  servers = [await started(), await started()];
});
beforeEach(async () => {
  const token = await bootstrapped(env);
  erps = [await erpAt(servers[0].url, token), await erpAt(servers[1].url, token)];
  endpoint = await givenEndpoint(erps[0], 'supplier.created');
});
afterEach(checkAndCloseEndpoints);
afterAll(killLeftServers);

async function started(): Promise<ServerProcess> {
  const server = await startServer(env, WEBHOOK_ENV);
  await untilReady(server.url);
  return server;
}

/** The ERP of a token, as one of the processes sees it. */
async function erpAt(url: string, token: string): Promise<Erp> {
  const client = new Client(url, token);
  const { body } = await client.get('/auth/test');
  const { integration, company } = body as Record<string, { id: string } | string>;
  const { id: integrationId } = integration as { id: string };
  return { companyId: '', slug: company as string, integrationId, tokenId: '', token, client };
}

/** Bulk calls at once, to both processes in turn; gives back the external ids that were acknowledged. */
async function writeThroughBoth(): Promise<string[]> {
  const calls = Array.from({ length: CALLS }, async (_, call) => {
    const rows = suppliers(ROWS, `CALL${call}`);
    const { body } = await (erps[call % 2] as Erp).client.post('/suppliers', { suppliers: rows });
    expect(body.created).toBe(ROWS);
    return rows.map((row) => row['externalId'] as string);
  });
  return (await Promise.all(calls)).flat();
}

const toldBy = (requests: Received[]): string[] =>
  requests.map((request) => eventOf(request).data['externalId'] as string);

/** The external ids that the endpoint was told of, once they are so many; some may have come twice. */
async function distinctlyTold(howMany: number): Promise<string[]> {
  const { receiver } = endpoint;
  const told = (requests: Received[]) => new Set(toldBy(requests));
  await receiver.until((requests) => told(requests).size >= howMany, `${howMany} events`, TAKEOVER_MS);
  return [...told(receiver.requests)].sort();
}

it('two processes on one database deliver each event exactly once to a healthy endpoint', async () => {
  const written = await writeThroughBoth();
  const requests = await endpoint.receiver.next(written.length);
  const log = await endpoint.settled(written.length);
  expect(toldBy(requests).sort()).toEqual(written.sort());
  expect(log).toHaveLength(written.length);
  expect(log.filter(({ status, attempts }) => status !== 'SUCCEEDED' || attempts.length !== 1)).toEqual([]);
  expect(endpoint.receiver.requests).toHaveLength(written.length);
});

it('the events written through one process are delivered though that process has ended', async () => {
  const rows = suppliers(200, 'ENDED');
  await erps[1].client.post('/suppliers', { suppliers: rows });
  await servers[1].kill('SIGKILL');
  const written = rows.map((row) => row['externalId'] as string);
  expect(await distinctlyTold(written.length)).toEqual(written.sort());
  servers[1] = await started();
}, 90_000);

it('a process that is told to stop leaves nothing undelivered', async () => {
  const [, second] = servers;
  const writing = writeThroughBoth();
  await endpoint.receiver.next();
  const written = await writing;
  expect(await second.kill('SIGTERM')).toBe(0);
  expect(await distinctlyTold(written.length)).toEqual(written.sort());
}, 90_000);
