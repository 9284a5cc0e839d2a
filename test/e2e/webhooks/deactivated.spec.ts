import type { TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, supplier, suppliers } from '../../support/app/factories.js';
import type { Answer } from '../../support/http/client.js';
import { expectError } from '../../support/http/expect-error.js';
import { givenPerson, type Person } from '../../support/people/members.js';
import { until } from '../../support/processes/processes.js';
import { newSignal } from '../../support/waiting/signal.js';
import { checkAndCloseEndpoints } from '../../support/webhooks/webhook-checks.js';
import {
  type Endpoint,
  eventOf,
  givenEndpoint,
  givenEndpointOf,
  startHookApp,
  Webhooks,
} from '../../support/webhooks/webhooks.js';

let app: TestApp;
let person: Person;
let endpoint: Endpoint;
/** Of another integration, which stays active: what reached it shows that the sender has had its turn. */
let other: Erp;
let healthy: Endpoint;
beforeAll(async () => {
  app = await startHookApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  person = await givenPerson(app);
  const path = `/api/integrations/${person.erp.integrationId}/webhooks`;
  const events = ['supplier.created', 'credential.revoked'];
  endpoint = await givenEndpointOf(new Webhooks(person.client, path), person.erp, ...events);
  other = await givenErp(app);
  healthy = await givenEndpoint(other, 'supplier.created');
});
afterEach(checkAndCloseEndpoints);

const tokens = (): string => `/api/integrations/${person.erp.integrationId}/tokens`;
const turn = (way: 'activate' | 'deactivate'): Promise<Answer> =>
  person.client.post(`/apiops/projects/${person.slug}/integrations/${person.erp.integrationId}/${way}/`);

/** An event of the integration that people cause. */
async function revokeToken(): Promise<string> {
  const input = { name: 'spare', scopes: ['integration:suppliers:read'] };
  const { id } = (await person.client.post(tokens(), input)).body as { id: string };
  expect((await person.client.send('PATCH', `${tokens()}/${id}/revoke`)).status).toBe(200);
  return id;
}

async function othersAreSent(): Promise<void> {
  for (const _ of [1, 2]) {
    await other.client.post('/suppliers', { suppliers: [supplier()] });
    await healthy.receiver.next();
  }
}

it('what happens while an integration is deactivated waits, and is sent once it is active again', async () => {
  await turn('deactivate');
  const tokenId = await revokeToken();
  await othersAreSent();
  expect(endpoint.receiver.requests).toEqual([]);
  expect(await endpoint.log()).toMatchObject([
    { event: 'credential.revoked', status: 'PENDING', attempts: [] },
  ]);
  expect(await endpoint.state()).toMatchObject({ active: true, failureCount: 0 });
  await turn('activate');
  const [request] = await endpoint.receiver.next();
  expect(JSON.stringify(eventOf(request).data)).toContain(tokenId);
});

it('a queue that is being sent stops, and goes on where it stopped', async () => {
  // More than are sent before the first results are written down.
  const EVENTS = 500;
  const open = newSignal();
  endpoint.receiver.answers(async () => {
    await open.received;
    return 200;
  });
  await person.erp.client.post('/suppliers', { suppliers: suppliers(EVENTS, 'S') });
  await endpoint.receiver.nth(1);
  await turn('deactivate');
  open.send();
  await othersAreSent();
  const pending = (): Promise<unknown[]> => endpoint.log({ status: 'PENDING' });
  expect((await pending()).length).toBeGreaterThan(0);
  const before = endpoint.receiver.requests.length;
  await othersAreSent();
  expect(endpoint.receiver.requests).toHaveLength(before);
  await turn('activate');
  await until(async () => (await pending()).length === 0);
  const told = new Set(endpoint.receiver.requests.map((request) => eventOf(request).data['externalId']));
  expect(told.size).toBe(EVENTS);
});

it('nothing is tried out, sent again or replayed for a deactivated integration', async () => {
  await person.erp.client.post('/suppliers', { suppliers: [supplier()] });
  const [delivery] = await endpoint.settled(1);
  await turn('deactivate');
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const { hooks, id, receiver } = endpoint;
  for (const answer of [
    await hooks.test(id),
    await hooks.redeliver(id, delivery?.id as string),
    await hooks.replay(id, { since }),
  ]) {
    expectError(answer, 409, 'CONFLICT', /not active/);
  }
  await othersAreSent();
  expect(receiver.requests).toHaveLength(1);
  await turn('activate');
  expect((await hooks.test(id)).body).toMatchObject({ success: true });
});

it('the credentials of a deactivated integration can be rotated, to be ready when it is active again', async () => {
  await turn('deactivate');
  expect((await endpoint.rotate(0)).status).toBe(200);
  const rotated = await person.client.post(`${tokens()}/${person.erp.tokenId}/rotate`, { graceSeconds: 0 });
  expect(rotated.status).toBe(201);
  const headers = { authorization: `Bearer ${rotated.body.token}` };
  expectError(await person.client.get('/auth/test', headers), 403, 'INTEGRATION_INACTIVE');
  await turn('activate');
  expect((await person.client.get('/auth/test', headers)).status).toBe(200);
});
