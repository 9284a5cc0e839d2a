import { startApp, type TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, suppliers } from '../../support/app/factories.js';
import { type DnsServer, startDnsServer } from '../../support/webhooks/dns-server.js';
import { expectRefused } from '../../support/webhooks/webhook-checks.js';
import { type Receiver, startReceiver } from '../../support/webhooks/receiver.js';
import { startHookApp, Webhooks } from '../../support/webhooks/webhooks.js';

let dns: DnsServer;
let app: TestApp;
let receiver: Receiver;
beforeAll(async () => {
  dns = await startDnsServer((name) => (name.endsWith('dead.example') ? 'silence' : '127.0.0.1'));
  app = await startHookApp({ WEBHOOK_DNS_SERVERS: dns.address });
  receiver = await startReceiver();
});
afterAll(async () => {
  await app.close();
  await Promise.all([receiver.close(), dns.close()]);
});

const endpointAt = async (erp: Erp, host: string): Promise<string> => {
  const url = receiver.url.replace('127.0.0.1', host);
  const { status, body } = await new Webhooks(erp.client).create({ url, events: ['supplier.created'] });
  expect(status).toBe(201);
  return body.id as string;
};

it('one integration’s names that nobody answers for delay no webhook of another’s', async () => {
  const [dead, healthy] = [await givenErp(app), await givenErp(app)];
  for (let number = 0; number < 12; number += 1) await endpointAt(dead, `${number}.dead.example`);
  await dead.client.post('/suppliers', { suppliers: suppliers(20, 'DEAD') });
  const endpoint = await endpointAt(healthy, 'alive.example');
  await healthy.client.post('/suppliers', { suppliers: suppliers(1, 'ALIVE') });
  const [arrived] = await receiver.next();
  expect(arrived?.headers.host).toContain('alive.example');
  expect((await new Webhooks(healthy.client).test(endpoint)).body).toMatchObject({ success: true });
});

it('localhost is this machine, as before', async () => {
  const erp = await givenErp(app);
  const endpoint = await endpointAt(erp, 'localhost');
  expect((await new Webhooks(erp.client).test(endpoint)).body).toMatchObject({ success: true });
});

it('a webhook whose name nobody answers for is refused, with a sentence', async () => {
  const strict = await startApp({ WEBHOOK_DNS_SERVERS: dns.address });
  const hooks = new Webhooks((await givenErp(strict)).client);
  const answer = await hooks.create({ url: 'https://x.dead.example/', events: ['supplier.created'] });
  expectRefused(answer, 'url');
  expect(JSON.stringify(answer.body)).toContain('DNS lookup of the host failed');
  expectRefused(await hooks.create({ url: 'https://alive.example/', events: ['supplier.created'] }), 'url');
  await strict.close();
}, 30_000);
