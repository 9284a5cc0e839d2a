import { startApp, type TestApp } from '../../support/app/app.js';
import type { Answer } from '../../support/http/client.js';
import { expectError } from '../../support/http/expect-error.js';
import { type Erp, givenErp, supplier } from '../../support/app/factories.js';
import { expectOneEffect, expectReplay, keyed } from '../../support/http/idempotency.js';
import { until } from '../../support/processes/processes.js';
import { type Receiver, startReceiver } from '../../support/webhooks/receiver.js';
import { signedWith } from '../../support/webhooks/webhook-signatures.js';

let app: TestApp;
let receiver: Receiver;
let erp: Erp;
beforeAll(async () => {
  app = await startApp({ WEBHOOK_ALLOW_PRIVATE_HOSTS: 'true' });
});
afterAll(() => app.close());
beforeEach(async () => {
  receiver = await startReceiver();
  erp = await givenErp(app);
});
afterEach(() => receiver.close());

const subscribe = (headers = {}, events = ['supplier.created']): Promise<Answer> =>
  erp.client.post('/webhook-events', { url: receiver.url, events }, headers);
const post = (path: string, headers = {}): Promise<Answer> =>
  erp.client.post(`/webhook-events/${path}`, undefined, headers);

/** The ids of all endpoints. */
async function endpoints(): Promise<string[]> {
  const { body } = await erp.client.get('/webhook-events');
  return [...JSON.stringify(body).matchAll(/"(wh_\w+)"/g)].map(([, id]) => id as string);
}

describe('an Idempotency-Key on POST /webhook-events', () => {
  it('replays the answer with the same secret, which is the one that signs', async () => {
    const headers = keyed();
    const first = await subscribe(headers);
    expect([first.status, first.body.secret]).toEqual([201, expect.stringMatching(/^whsec_/)]);
    expectReplay(await subscribe(headers), first);
    expect(await endpoints()).toEqual([first.body.id]);
    await erp.client.post('/suppliers', { suppliers: [supplier()] });
    const delivery = await receiver.nth(1);
    expect(signedWith(first.body.secret as string, delivery)).toEqual({ plain: true, standard: true });
  });

  it('leaves the secret in no log line and in no other answer', async () => {
    const headers = keyed();
    const { body } = await subscribe(headers);
    await subscribe(headers);
    expect(app.log.join('\n')).not.toContain(body.secret);
    for (const path of ['', `/${body.id}`]) {
      const answer = await erp.client.get(`/webhook-events${path}`);
      expect(JSON.stringify(answer.body)).not.toContain('whsec_');
    }
  });

  it('is a 422 with another body', async () => {
    const headers = keyed();
    await subscribe(headers);
    expectError(await subscribe(headers, ['supplier.deleted']), 422, 'IDEMPOTENCY_KEY_REUSED');
  });

  it('is free again after a call that was refused', async () => {
    const headers = keyed();
    expectError(await subscribe(headers, []), 400, 'VALIDATION_ERROR');
    expect((await subscribe(headers)).status).toBe(201);
  });

  it('sent fifty times at once makes one endpoint', async () => {
    const headers = keyed();
    const answers = await Promise.all(Array.from({ length: 50 }, () => subscribe(headers)));
    const first = expectOneEffect(answers, 201);
    expect(await endpoints()).toEqual([first.body.id]);
  });
});

describe('an Idempotency-Key on the rotation of a secret', () => {
  it('makes one new secret, and replays it', async () => {
    const { body } = await subscribe();
    const headers = keyed();
    const rotated = await post(`${body.id}/rotate-secret`, headers);
    expect(rotated.body.secret).not.toBe(body.secret);
    expectReplay(await post(`${body.id}/rotate-secret`, headers), rotated);
    await erp.client.post('/suppliers', { suppliers: [supplier()] });
    const delivery = await receiver.nth(1);
    for (const { secret } of [body, rotated.body] as { secret: string }[]) {
      expect(signedWith(secret, delivery)).toEqual({ plain: true, standard: true });
    }
  });
});

describe('an Idempotency-Key on what sends at once', () => {
  it('is a 400 on test, and nothing is sent', async () => {
    const { body } = await subscribe();
    expectError(await post(`${body.id}/test`, keyed()), 400, 'VALIDATION_ERROR', /idempotency-key/i);
    expect((await post(`${body.id}/test`)).body).toMatchObject({ event: 'ping', success: true });
    expect(receiver.requests).toHaveLength(1);
  });

  it('is a 400 on redeliver, and nothing is sent', async () => {
    const { body } = await subscribe();
    await erp.client.post('/suppliers', { suppliers: [supplier()] });
    const first = await receiver.nth(1);
    const path = `${body.id}/deliveries/${await finishedDelivery(body.id as string)}/redeliver`;
    expectError(await post(path, keyed()), 400, 'VALIDATION_ERROR', /idempotency-key/i);
    expect((await post(path)).status).toBeLessThan(300);
    const second = await receiver.nth(2);
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(receiver.requests).toHaveLength(2);
  });

  /** The id of the endpoint's only delivery, once its success is in the log. */
  async function finishedDelivery(webhookId: string): Promise<string> {
    const finished = async () =>
      (await erp.client.get(`/webhook-events/${webhookId}/deliveries?status=SUCCEEDED`)).body.deliveries;
    await until(async () => (await finished()).length === 1);
    return (await finished())[0].id as string;
  }
});
