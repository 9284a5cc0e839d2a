import { toSqlInstant } from '../../../src/platform/database/instant.js';
import type { TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, suppliers } from '../../support/app/factories.js';
import { newSignal } from '../../support/waiting/signal.js';
import type { Received } from '../../support/webhooks/receiver.js';
import {
  checkAndCloseEndpoints,
  expectedSignatures,
  expectRefused,
  signaturesOf,
  verifies,
} from '../../support/webhooks/webhook-checks.js';
import { type Endpoint, givenEndpoint, startHookApp } from '../../support/webhooks/webhooks.js';

let app: TestApp;
let erp: Erp;
let endpoint: Endpoint;
beforeAll(async () => {
  app = await startHookApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  erp = await givenErp(app);
  endpoint = await givenEndpoint(erp, 'supplier.created');
});
afterEach(checkAndCloseEndpoints);

let serial = 0;
async function nextDelivery(): Promise<Received> {
  await erp.client.post('/suppliers', { suppliers: suppliers(1, `ROT${(serial += 1)}`) });
  const [request] = await endpoint.receiver.next();
  return request as Received;
}

/** Asserts that a request bears the signatures of these secrets in this order, and of no other. */
function expectSignedBy(request: Received, ...secrets: string[]): void {
  const expected = secrets.map((secret) => expectedSignatures(request, secret));
  expect(signaturesOf(request.headers)).toEqual({
    old: expected.map(({ old }) => old),
    standard: expected.map(({ standard }) => standard),
  });
  expect(secrets.map((secret) => verifies(request, secret))).toEqual(secrets.map(() => true));
}

describe('rotating the secret', () => {
  it('answers with a new one, which is shown this once', async () => {
    const { status, body } = await endpoint.rotate();
    expect(status).toBe(200);
    expect(body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/);
    expect(body.secret).not.toBe(endpoint.secrets[0]);
    expect(await endpoint.state()).not.toHaveProperty('secret');
    expect(app.log.join('\n')).not.toContain(body.secret);
  });

  it.each([undefined, 604_800])('lets both sign while the grace lasts (%s s)', async (graceSeconds) => {
    const [old] = endpoint.secrets as [string];
    expectSignedBy(await nextDelivery(), old);
    await endpoint.rotate(graceSeconds);
    expectSignedBy(await nextDelivery(), endpoint.secret, old);
  });

  it('lets the new one sign alone at once where there is no grace', async () => {
    await endpoint.rotate(0);
    const request = await nextDelivery();
    expectSignedBy(request, endpoint.secret);
    expect(verifies(request, endpoint.secrets[0] as string)).toBe(false);
  });

  it('lets the new one sign alone once the grace is over', async () => {
    await endpoint.rotate(60);
    expectSignedBy(await nextDelivery(), endpoint.secret, endpoint.secrets[0] as string);
    await app.database.write('UPDATE webhooks SET previous_secret_until = ? WHERE id = ?', [
      toSqlInstant(new Date(Date.now() - 1)),
      endpoint.id,
    ]);
    expectSignedBy(await nextDelivery(), endpoint.secret);
  });

  it('ends a grace that still runs, where it is done without one', async () => {
    await endpoint.rotate();
    await endpoint.rotate(0);
    expectSignedBy(await nextDelivery(), endpoint.secret);
  });

  it('signs the next attempt of what is on its way with the new one', async () => {
    const rotated = newSignal();
    endpoint.receiver.answers(() => rotated.received.then(() => 500), 200);
    const first = await nextDelivery();
    await endpoint.rotate(0);
    rotated.send();
    const [second] = (await endpoint.receiver.next()) as [Received];
    expectSignedBy(first, endpoint.secrets[0] as string);
    expectSignedBy(second, endpoint.secret);
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
  });

  it('signs the ping with it as well', async () => {
    await endpoint.rotate(0);
    await endpoint.hooks.test(endpoint.id);
    const [request] = (await endpoint.receiver.next()) as [Received];
    expectSignedBy(request, endpoint.secret);
  });

  it.each([-1, 604_801, 1.5, '60'])('refuses a grace of %j seconds', async (graceSeconds) => {
    expectRefused(await endpoint.hooks.rotate(endpoint.id, { graceSeconds }), 'graceSeconds');
    expectSignedBy(await nextDelivery(), endpoint.secret);
  });
});
