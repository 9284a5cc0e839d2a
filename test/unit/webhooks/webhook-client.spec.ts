import { once } from 'node:events';
import type { Socket } from 'node:net';
import { UrlPolicy } from '../../../src/webhooks/transport/url-policy.js';
import { WebhookClient } from '../../../src/webhooks/transport/webhook-client.js';
import { newSignal } from '../../support/waiting/signal.js';
import { startRawListener } from '../../support/webhooks/listener.js';
import {
  answering,
  answeringBytes,
  closedLater,
  closeListeners,
  post,
} from '../../support/webhooks/listeners.js';

const policy = new UrlPolicy({ allowPrivateHosts: true });
const client = new WebhookClient(policy);
afterEach(closeListeners);
afterAll(() => client.close());

describe('a webhook that is taken', () => {
  it('arrives as it was closedLater, and its answer is told', async () => {
    const receiver = await answering((_request, response) => response.writeHead(202).end('thanks'));
    const headers = { 'X-Webhook-Event': 'ping', 'webhook-id': 'evt_1', 'User-Agent': 'EUDR' };
    const exchange = await post(client, receiver, { headers, body: '{"name":"Café ☕"}' });
    expect(exchange).toEqual({
      success: true,
      statusCode: 202,
      durationMs: expect.any(Number),
      answer: 'thanks',
    });
    expect(receiver.received).toEqual([
      {
        method: 'POST',
        path: '/hook?a=1',
        body: '{"name":"Café ☕"}',
        headers: expect.objectContaining({
          host: `127.0.0.1:${receiver.port}`,
          'content-type': 'application/json',
          'content-length': '20',
          'user-agent': 'EUDR',
          'x-webhook-event': 'ping',
          'webhook-id': 'evt_1',
        }),
      },
    ]);
  });

  it.each([200, 201, 204, 299])('is a success with %i', async (status) => {
    const receiver = await answering((_request, response) => response.writeHead(status).end());
    expect(await post(client, receiver)).toMatchObject({ success: true, statusCode: status, answer: '' });
  });

  it('is judged by the last status, not by an early hint', async () => {
    const receiver = await answeringBytes(
      'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n',
      'keep',
    );
    expect(await post(client, receiver)).toMatchObject({ success: false, statusCode: 500 });
  });

  it.each([
    ['100', 'HTTP/1.1 100 Continue\r\n\r\n', 1],
    ['100, often', 'HTTP/1.1 100 Continue\r\n\r\n', 20],
    ['102', 'HTTP/1.1 102 Processing\r\n\r\n', 2],
    [
      '103 with headers',
      'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\nContent-Length: 7\r\n\r\n',
      2,
    ],
    ['a 1xx that nobody knows', 'HTTP/1.1 142 Whatever\r\n\r\n', 2],
  ])('may be answered with an interim %s first', async (_what, interim, times) => {
    const final = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nthanks';
    const receiver = await answeringBytes(interim.repeat(times) + final, 'keep');
    expect(await post(client, receiver)).toMatchObject({ success: true, statusCode: 200, answer: 'thanks' });
  });

  it('may have its interim answers in pieces, one time after the other on one connection', async () => {
    const bytes =
      'HTTP/1.1 100 Continue\r\nX: 1\r\n\r\nHTTP/1.1 103 Y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!';
    const receiver = await closedLater(
      startRawListener((socket) => {
        socket.setNoDelay().on('data', () => {
          void (async () => {
            for (const byte of bytes) {
              socket.write(byte);
              await new Promise(setImmediate);
            }
          })();
        });
      }),
    );
    for (let times = 0; times < 2; times += 1) {
      expect(await post(client, receiver)).toMatchObject({ success: true, statusCode: 200, answer: '!' });
      await new Promise(setImmediate);
    }
    expect(receiver.connections).toBe(1);
  });

  it('may not be answered with more than 20 of them, or with a change of the protocol', async () => {
    const endless = await answeringBytes('HTTP/1.1 100 Continue\r\n\r\n'.repeat(21), 'keep');
    const { error, statusCode } = await post(client, endless);
    expect([error, statusCode]).toEqual(['More than 20 interim responses.', undefined]);
    const upgrading = await answeringBytes(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
      'keep',
    );
    expect((await post(client, upgrading)).error).toBe('The response is not valid HTTP.');
  });

  it.each([
    [204, undefined],
    [304, 'The receiver answered with status 304.'],
  ])('has its answer with the headers of a %i, whatever follows', async (status, error) => {
    const receiver = await answeringBytes(
      `HTTP/1.1 ${status} X\r\nContent-Length: 9\r\n\r\nsome more`,
      'keep',
    );
    const exchange = await post(client, receiver);
    expect(exchange).toMatchObject({ success: error === undefined, statusCode: status, answer: '' });
    expect(exchange.error).toBe(error);
  });

  it('may have an answer that ends with its connection', async () => {
    const receiver = await answeringBytes('HTTP/1.1 200 OK\r\n\r\nuntil the end', 'close');
    expect(await post(client, receiver)).toMatchObject({ success: true, answer: 'until the end' });
  });

  it('uses its connection again', async () => {
    const receiver = await answering((_request, response) => void response.end());
    for (let times = 0; times < 3; times += 1) {
      expect(await post(client, receiver)).toMatchObject({ success: true });
      await new Promise(setImmediate);
    }
    expect([receiver.connections, receiver.received.length]).toEqual([1, 3]);
  });

  it('never uses the connection of another endpoint at the same address', async () => {
    const receiver = await answering((_request, response) => void response.end());
    for (const endpointId of ['wh_1', 'wh_2', 'wh_1', 'wh_2']) {
      expect(await post(client, receiver, { endpointId })).toMatchObject({ success: true });
      await new Promise(setImmediate);
    }
    expect(receiver.connections).toBe(2);
  });
});

describe('connections that are kept', () => {
  it('are those of the endpoints used last, and the others are closed', async () => {
    const closed = newSignal();
    const receiver = await answering((request, response) => {
      if (receiver.received.length === 1) request.socket.once('close', () => closed.send());
      response.end();
    });
    const small = new WebhookClient(policy, { mostEndpoints: 1 });
    await post(small, receiver, { endpointId: 'wh_1' });
    await post(small, receiver, { endpointId: 'wh_2' });
    await closed.received;
    await new Promise(setImmediate);
    await post(small, receiver, { endpointId: 'wh_2' });
    expect(receiver.connections).toBe(2);
    await small.close();
  });

  it('are closed only when the exchange on them has ended', async () => {
    const [arrived, mayAnswer] = [newSignal(), newSignal()];
    const receiver = await answering((_request, response) => {
      if (receiver.received.length > 1) return void response.end();
      arrived.send();
      void mayAnswer.received.then(() => response.end('late'));
    });
    const small = new WebhookClient(policy, { mostEndpoints: 1 });
    const underWay = post(small, receiver, { endpointId: 'wh_1' });
    await arrived.received;
    expect(await post(small, receiver, { endpointId: 'wh_2' })).toMatchObject({ success: true });
    mayAnswer.send();
    expect(await underWay).toMatchObject({ success: true, answer: 'late' });
    await small.close();
  });
});

describe('a webhook that is refused', () => {
  it.each([400, 404, 410, 500, 503])('fails with %i', async (status) => {
    const receiver = await answering((_request, response) => response.writeHead(status).end('no'));
    expect(await post(client, receiver)).toEqual({
      success: false,
      statusCode: status,
      error: `The receiver answered with status ${status}.`,
      durationMs: expect.any(Number),
      answer: 'no',
    });
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect (%i)', async (status) => {
    const elsewhere = await answering((_request, response) => void response.end());
    const location = `http://127.0.0.1:${elsewhere.port}/`;
    const receiver = await answering((_request, response) => response.writeHead(status, { location }).end());
    expect(await post(client, receiver)).toMatchObject({
      success: false,
      statusCode: status,
      error: `The receiver answered with a redirect (${status}). Redirects are not followed.`,
    });
    expect(elsewhere.connections).toBe(0);
  });
});

describe('Retry-After', () => {
  const asking = async (status: number, header: string | string[]): Promise<number | undefined> => {
    const receiver = await answering((_request, response) =>
      response.writeHead(status, { 'Retry-After': header }).end(),
    );
    return (await post(client, receiver)).retryAfterMs;
  };

  it.each([429, 503])('in seconds is told with %i', async (status) => {
    expect(await asking(status, '7')).toBe(7_000);
  });

  it('as a date is told as the time until then', async () => {
    const wait = (await asking(429, new Date(Date.now() + 60_000).toUTCString())) as number;
    expect(wait).toBeGreaterThan(30_000);
    expect(wait).toBeLessThanOrEqual(60_000);
  });

  it.each(['-5', 'soon', '1e9', '99999999999999999999', '', new Date(0).toUTCString()])(
    '%j is ignored',
    async (header) => {
      expect(await asking(429, header)).toBeUndefined();
    },
  );

  it('given twice is ignored', async () => {
    expect(await asking(429, ['5', '9'])).toBeUndefined();
  });

  it.each([200, 301, 404, 500])('is ignored with %i', async (status) => {
    expect(await asking(status, '7')).toBeUndefined();
  });
});

describe('closing', () => {
  it('lets the exchange under way end, ends its connection, and sends nothing more', async () => {
    const [arrived, mayAnswer, closed] = [newSignal(), newSignal(), newSignal()];
    const receiver = await answering((request, response) => {
      request.socket.once('close', () => closed.send());
      arrived.send();
      void mayAnswer.received.then(() => response.end('late'));
    });
    const closing = new WebhookClient(policy);
    const underWay = post(closing, receiver);
    await arrived.received;
    const ended = closing.close();
    expect(await post(closing, receiver)).toMatchObject({
      success: false,
      error: 'The sender is shutting down.',
    });
    mayAnswer.send();
    expect(await underWay).toMatchObject({ success: true, answer: 'late' });
    await Promise.all([ended, closed.received]);
    expect(receiver.received).toHaveLength(1);
  });

  it('cuts off what is still under way when its patience is over', async () => {
    const arrived = newSignal();
    const receiver = await answering(() => arrived.send());
    const closing = new WebhookClient(policy);
    const underWay = post(closing, receiver);
    await arrived.received;
    await closing.close(10);
    expect(await underWay).toMatchObject({ success: false, error: expect.any(String) });
  });

  it('ends kept connections', async () => {
    const sockets: Socket[] = [];
    const receiver = await answering((request, response) => {
      sockets.push(request.socket);
      response.end();
    });
    const closing = new WebhookClient(policy);
    await post(closing, receiver);
    const closed = once(sockets[0] as Socket, 'close');
    await closing.close();
    await closed;
    expect(sockets).toHaveLength(1);
  });
});
