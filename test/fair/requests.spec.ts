import { suppliers } from '../support/app/factories.js';
import type { Client } from '../support/http/client.js';
import { ThreadedClient } from '../support/http/threaded-client.js';
import type { ServerProcess } from '../support/processes/processes.js';
import { startForTwoCompanies } from '../support/processes/two-companies.js';
import { beside, expectFair, p95 } from '../support/waiting/fairness.js';

const GREEDY_CALLS = 16;
const SUPPLIERS = '/api/v1/integration/suppliers';

let server: ServerProcess;
let greedy: ThreadedClient;
let other: Client;
beforeAll(async () => {
  const two = await startForTwoCompanies();
  ({ server, other } = two);
  greedy = new ThreadedClient(server.url, two.greedy.token);
});
afterAll(() => server.kill('SIGTERM'));

const GREEDY: [string, (number: number) => Promise<{ status: number }>][] = [
  ['bulk writes', (number) => greedy.post(SUPPLIERS, { suppliers: suppliers(500, `B${number}`) })],
  ['long lists', () => greedy.get(`${SUPPLIERS}?limit=100`)],
  [
    'states of many',
    () =>
      greedy.post('/api/v1/integration/sync-status', {
        entityType: 'SUPPLIER',
        externalIds: Array.from({ length: 500 }, (_, n) => `B0-${n}`),
      }),
  ],
];

it.each(GREEDY)('the writes and reads of a company beside another’s %s', async (_, call) => {
  await greedy.post(SUPPLIERS, { suppliers: suppliers(500, 'B0') });
  const step = async (sample: number): Promise<void> => {
    await other.post('/suppliers', { suppliers: suppliers(1, `S${sample}`) });
    await other.get(`/suppliers/S${sample}-0`);
  };
  const alone = await p95(step);
  const party = { callers: GREEDY_CALLS, call, answers: [200, 429] };
  expectFair(alone, await beside(party, () => p95(step)));
});
