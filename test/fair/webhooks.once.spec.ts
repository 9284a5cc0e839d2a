import type { TestApp } from '../support/app/app.js';
import { type Erp, givenErp, suppliers } from '../support/app/factories.js';
import { expectFair, p95 } from '../support/waiting/fairness.js';
import { type DnsServer, startDnsServer } from '../support/webhooks/dns-server.js';
import {
  closeEndpoints,
  type Endpoint,
  givenEndpoint,
  startHookApp,
  Webhooks,
} from '../support/webhooks/webhooks.js';

const GREEDY_ENDPOINTS = 12;

let app: TestApp;
let dns: DnsServer;
beforeAll(async () => {
  dns = await startDnsServer((name) => (name.endsWith('dead.example') ? 'silence' : '127.0.0.1'));
  app = await startHookApp({ WEBHOOK_DNS_SERVERS: dns.address });
});
afterAll(async () => {
  await app.close();
  await dns.close();
});
afterEach(closeEndpoints);

const write = (erp: Erp, events: number, prefix: string): Promise<unknown> =>
  erp.client.post('/suppliers', { suppliers: suppliers(events, prefix) });

/** Each needs a connection of its own, and so a look-up. */
const testOf = (hooks: Webhooks, id: string) => async (): Promise<void> => {
  expect((await hooks.test(id)).body).toMatchObject({ success: true });
};

it('look-ups: one integration’s names that nobody answers for', async () => {
  const [greedy, other] = [await givenErp(app), await givenErp(app)];
  const { receiver } = await givenEndpoint(other, 'product.created');
  receiver.answers({ status: 200, headers: { connection: 'close' } });
  const hooks = new Webhooks(other.client);
  const url = receiver.url.replace('127.0.0.1', 'alive.example');
  const { body } = await hooks.create({ url, events: ['supplier.created'] });
  const step = testOf(hooks, body.id as string);
  const alone = await p95(step);
  const theirs = new Webhooks(greedy.client);
  for (let number = 0; number < GREEDY_ENDPOINTS; number += 1) {
    await theirs.create({ url: `http://${number}.dead.example/`, events: ['supplier.created'] });
  }
  await write(greedy, 300, 'DEAD');
  expectFair(alone, await p95(step));
});

it('exchanges: one integration’s endpoints that hang', async () => {
  const [greedy, other] = [await givenErp(app), await givenErp(app)];
  const endpoint: Endpoint = await givenEndpoint(other, 'supplier.created');
  const step =
    (round: string) =>
    async (sample: number): Promise<void> => {
      await write(other, 1, `${round}${sample}`);
      await endpoint.receiver.next();
    };
  const alone = await p95(step('ALONE'));
  for (let number = 0; number < GREEDY_ENDPOINTS; number += 1) {
    (await givenEndpoint(greedy, 'supplier.created')).receiver.answers('hangs');
  }
  await write(greedy, 300, 'HANGS');
  expectFair(alone, await p95(step('BESIDE')));
});
