import { startApp } from '../support/app/app.js';
import { type Erp, givenErp, suppliers } from '../support/app/factories.js';
import { Client } from '../support/http/client.js';
import { type ServerProcess, startServer } from '../support/processes/processes.js';
import { beside, expectFair, p95 } from '../support/waiting/fairness.js';

const GREEDY_CALLS = 16;

let server: ServerProcess;
let greedy: Client;
let other: Client;
beforeAll(async () => {
  const app = await startApp({ WEBHOOK_DISPATCHER: 'false' });
  const erps = [await givenErp(app), await givenErp(app)] as [Erp, Erp];
  await app.close();
  server = await startServer(app.env);
  [greedy, other] = erps.map(({ token }) => new Client(server.url, token)) as [Client, Client];
});
afterAll(() => server.kill('SIGTERM'));

const GREEDY: [string, (number: number) => Promise<{ status: number }>][] = [
  ['bulk writes', (number) => greedy.post('/suppliers', { suppliers: suppliers(500, `B${number}`) })],
  ['long lists', () => greedy.get('/suppliers?limit=100')],
  [
    'states of many',
    () =>
      greedy.post('/sync-status', {
        entityType: 'SUPPLIER',
        externalIds: Array.from({ length: 500 }, (_, n) => `B0-${n}`),
      }),
  ],
];

it.each(GREEDY)('the writes and reads of a company beside another’s %s', async (_, call) => {
  await greedy.post('/suppliers', { suppliers: suppliers(500, 'B0') });
  const step = async (sample: number): Promise<void> => {
    await other.post('/suppliers', { suppliers: suppliers(1, `S${sample}`) });
    await other.get(`/suppliers/S${sample}-0`);
  };
  const alone = await p95(step);
  const party = { callers: GREEDY_CALLS, call, answers: [200, 429] };
  expectFair(alone, await beside(party, () => p95(step)));
});
