import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { newWebhookSecret, signedHeaders } from '../../../src/webhooks/transport/signature.js';

const body = JSON.stringify({ event: 'supplier.updated', data: { externalId: 'Café ☕ \u2028' } });
const delivery = {
  eventId: 'evt_01m80ftef9fev827ydqx2qaqdx',
  event: 'supplier.updated',
  endpointId: 'wh_01m80frxkbfanvbnt4he2xray4',
  sentAt: new Date(),
  body,
};
const [current, previous] = [newWebhookSecret(), newWebhookSecret()];

const hexOf = (secret: string): string => createHmac('sha256', secret).update(body, 'utf8').digest('hex');

describe('a new secret', () => {
  it('is whsec_ and 32 bytes in base64', () => {
    expect(current).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(Buffer.from(current.slice(6), 'base64')).toHaveLength(32);
  });

  it('is another each time', () => {
    expect(new Set(Array.from({ length: 1_000 }, newWebhookSecret)).size).toBe(1_000);
  });
});

describe('the headers', () => {
  it('say who sends what, when', () => {
    const sentAt = new Date('2026-11-22T04:05:06.789Z');
    expect(signedHeaders({ ...delivery, sentAt, secrets: [current] })).toEqual({
      'User-Agent': 'EUDR-Platform-Webhook/1.0',
      'X-Webhook-Event': 'supplier.updated',
      'X-Webhook-Id': 'wh_01m80frxkbfanvbnt4he2xray4',
      'X-Webhook-Timestamp': '2026-11-22T04:05:06.789Z',
      'X-Webhook-Signature': `sha256=${hexOf(current)}`,
      'webhook-id': 'evt_01m80ftef9fev827ydqx2qaqdx',
      'webhook-timestamp': String(Date.UTC(2026, 10, 22, 4, 5, 6) / 1000),
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
    });
  });

  it('satisfy the public library of Standard Webhooks', () => {
    const headers = signedHeaders({ ...delivery, secrets: [current] });
    expect(new Webhook(current).verify(body, headers)).toEqual(JSON.parse(body));
  });

  it('satisfy it for no other body, id, time or secret', () => {
    const headers = signedHeaders({ ...delivery, secrets: [current] });
    const webhook = new Webhook(current);
    const earlier = String(Number(headers['webhook-timestamp']) - 1);
    expect(() => webhook.verify(`${body} `, headers)).toThrow('No matching signature');
    expect(() => webhook.verify(body, { ...headers, 'webhook-id': 'evt_other' })).toThrow('No matching');
    expect(() => webhook.verify(body, { ...headers, 'webhook-timestamp': earlier })).toThrow('No matching');
    expect(() => new Webhook(previous).verify(body, headers)).toThrow('No matching signature');
  });

  it('satisfy it with either secret during a rotation', () => {
    const headers = signedHeaders({ ...delivery, secrets: [current, previous] });
    expect(new Webhook(current).verify(body, headers)).toEqual(JSON.parse(body));
    expect(new Webhook(previous).verify(body, headers)).toEqual(JSON.parse(body));
  });

  it('carry both signatures during a rotation, the current one first', () => {
    const headers = signedHeaders({ ...delivery, secrets: [current, previous] });
    const alone = signedHeaders({ ...delivery, secrets: [current] });
    expect(headers['X-Webhook-Signature']).toBe(`sha256=${hexOf(current)},sha256=${hexOf(previous)}`);
    expect(headers['webhook-signature']?.split(' ')).toEqual([
      alone['webhook-signature'],
      expect.stringMatching(/^v1,/),
    ]);
  });
});
