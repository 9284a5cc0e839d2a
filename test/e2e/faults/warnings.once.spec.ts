import { Client } from '../../support/http/client.js';
import { freshDatabase } from '../../support/databases/database.js';
import { type Erp, supplier } from '../../support/app/factories.js';
import { newSignal } from '../../support/waiting/signal.js';
import { bootstrapped, killLeftServers, startServer, untilReady } from '../../support/processes/processes.js';
import { closeEndpoints, givenEndpoint, WEBHOOK_ENV } from '../../support/webhooks/webhooks.js';

/** More than Node lets listen to one signal before it warns. */
const ENDPOINTS = 15;

afterAll(killLeftServers);

it('a server that sends to many endpoints at once prints nothing but its log', async () => {
  const env = await freshDatabase();
  const token = await bootstrapped(env);
  const server = await startServer(env, WEBHOOK_ENV);
  await untilReady(server.url);
  const client = new Client(server.url, token);
  const erp: Erp = { companyId: '', slug: '', integrationId: '', tokenId: '', token, client };
  const held = newSignal();
  const endpoints = [];
  while (endpoints.length < ENDPOINTS) {
    const endpoint = await givenEndpoint(erp, 'supplier.created');
    endpoint.receiver.answers(() => held.received.then(() => 200));
    endpoints.push(endpoint);
  }
  await client.post('/suppliers', { suppliers: [supplier()] });
  await Promise.all(endpoints.map(({ receiver }) => receiver.next()));
  held.send();
  await Promise.all(endpoints.map((endpoint) => endpoint.settled(1)));
  await server.kill('SIGTERM');
  await closeEndpoints();
  expect(server.log.filter((line) => !line.startsWith('{'))).toEqual([]);
});
