import type { TestApp } from '../../support/app/app.js';
import { givenErp } from '../../support/app/factories.js';
import { redirectTo } from '../../support/webhooks/receiver-behaviour.js';
import { checkAndCloseEndpoints, TIME } from '../../support/webhooks/webhook-checks.js';
import { type Endpoint, eventOf, givenEndpoint, startHookApp } from '../../support/webhooks/webhooks.js';

let app: TestApp;
let endpoint: Endpoint;
beforeAll(async () => {
  app = await startHookApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  endpoint = await givenEndpoint(await givenErp(app), 'supplier.created');
});
afterEach(checkAndCloseEndpoints);

describe('testing an endpoint', () => {
  it('sends a signed ping now and tells how it went', async () => {
    endpoint.receiver.answers(204);
    const { status, body } = await endpoint.hooks.test(endpoint.id);
    expect(status).toBe(200);
    expect(body).toEqual({
      webhookId: endpoint.id,
      url: endpoint.receiver.url,
      event: 'ping',
      statusCode: 204,
      success: true,
      attemptNumber: 1,
      duration: expect.any(Number),
    });
    const [request] = endpoint.receiver.requests;
    const { integrationId } = endpoint.erp;
    expect(eventOf(request)).toMatchObject({ event: 'ping', timestamp: TIME, integrationId });
  });

  it('tells the status where the endpoint refuses', async () => {
    endpoint.receiver.answers(401);
    const { status, body } = await endpoint.hooks.test(endpoint.id);
    expect(status).toBe(200);
    expect(body).toMatchObject({ statusCode: 401, success: false, attemptNumber: 1 });
  });

  it('tells the reason where there is no status', async () => {
    await endpoint.receiver.close();
    const { status, body } = await endpoint.hooks.test(endpoint.id);
    expect(status).toBe(200);
    expect(body).toMatchObject({ success: false, error: expect.stringMatching(/refused/i) });
    expect(body).not.toHaveProperty('statusCode');
  });

  it('follows no redirect', async () => {
    const elsewhere = await givenEndpoint(endpoint.erp, 'supplier.created');
    endpoint.receiver.answers(redirectTo(elsewhere.receiver.url));
    const { body } = await endpoint.hooks.test(endpoint.id);
    expect(body).toMatchObject({ statusCode: 302, success: false });
    expect(elsewhere.receiver.requests).toEqual([]);
  });

  it('sends once, whatever comes of it, and counts no failure', async () => {
    endpoint.receiver.answers('closes mid-answer');
    expect((await endpoint.hooks.test(endpoint.id)).body).toMatchObject({
      success: false,
      error: expect.stringMatching(/./),
    });
    endpoint.receiver.answers(410);
    expect((await endpoint.hooks.test(endpoint.id)).body).toMatchObject({ success: false, statusCode: 410 });
    expect(await endpoint.state()).toMatchObject({ active: true, failureCount: 0 });
    expect(endpoint.receiver.requests).toHaveLength(2);
  });

  it('gives every ping an id of its own', async () => {
    await endpoint.hooks.test(endpoint.id);
    await endpoint.hooks.test(endpoint.id);
    const ids = endpoint.receiver.requests.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(2);
  });
});
