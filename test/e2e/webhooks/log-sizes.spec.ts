import { newId } from '../../../src/platform/ids/ids.js';
import { DeliveryAttempt } from '../../../src/webhooks/deliveries/delivery.entity.js';
import type { TestApp } from '../../support/app/app.js';
import { givenErp, suppliers } from '../../support/app/factories.js';
import { checkAndCloseEndpoints } from '../../support/webhooks/webhook-checks.js';
import { type Delivery, givenEndpoint, startHookApp } from '../../support/webhooks/webhooks.js';

const PER_PAGE = 100;
const SHOWN = 20;
const REDELIVERED = 30;
const MAX_PAGE_BYTES = 1.25 * 1024 * 1024;

let app: TestApp;
beforeAll(async () => {
  app = await startHookApp();
});
afterAll(() => app.close());
afterEach(checkAndCloseEndpoints);

it('a page of the delivery log of 100 events stays below 1.25 MB, however often each event was sent again and whatever was answered', async () => {
  const erp = await givenErp(app);
  const endpoint = await givenEndpoint(erp, 'supplier.created');
  await erp.client.post('/suppliers', { suppliers: suppliers(PER_PAGE, 'S') });
  const log = await endpoint.settled(PER_PAGE);
  const answer = '\ufffd'.repeat(1024);
  const attempts = log.flatMap(({ id }) => {
    const [, setId, position] = /^(.+)_(\d+)$/.exec(id) as unknown as [string, string, string];
    return Array.from({ length: REDELIVERED }, (_, durationMs) => ({
      ...{ id: newId('att'), webhookId: endpoint.id, setId, position: Number(position), at: new Date() },
      ...{ statusCode: 500, durationMs, answer, error: 'The receiver answered with status 500.' },
    }));
  });
  for (let start = 0; start < attempts.length; start += 50)
    await app.database.transaction((tx) =>
      tx.manager.insert(DeliveryAttempt, attempts.slice(start, start + 50)),
    );
  const path = `/webhook-events/${endpoint.id}/deliveries`;
  const { body } = await erp.client.get(`${path}?limit=${PER_PAGE}`);
  const latest = Array.from({ length: SHOWN }, (_, index) => REDELIVERED - SHOWN + index);
  for (const delivery of body.deliveries as Delivery[])
    expect(delivery.attempts.map(({ durationMs }) => durationMs)).toEqual(latest);
  expect(body.deliveries).toHaveLength(PER_PAGE);
  expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(MAX_PAGE_BYTES);

  const [one] = (await erp.client.get(`${path}?limit=1`)).body.deliveries as Delivery[];
  expect(one?.attempts.at(-1)?.answer).toBe(answer);
  const attempts100 = await erp.client.get(`${path}/${one?.id}/attempts?limit=100`);
  expect(attempts100.body.attempts.at(-1).answer).toBe(answer);
});
