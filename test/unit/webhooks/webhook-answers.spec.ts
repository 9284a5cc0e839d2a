import type { Socket } from 'node:net';
import type { Exchange } from '../../../src/webhooks/transport/exchange.js';
import { UrlPolicy } from '../../../src/webhooks/transport/url-policy.js';
import { WebhookClient } from '../../../src/webhooks/transport/webhook-client.js';
import { newSignal } from '../../support/waiting/signal.js';
import { type Listener, startRawListener, startListener } from '../../support/webhooks/listener.js';
import {
  answering,
  answeringBytes,
  closeListeners,
  closedLater,
  post,
} from '../../support/webhooks/listeners.js';
import { expectInTime } from '../../support/waiting/measured.js';

const policy = new UrlPolicy({ allowPrivateHosts: true });
const client = new WebhookClient(policy);
const hasty = new WebhookClient(policy, { timeoutMs: 300 });
afterEach(closeListeners);
afterAll(async () => {
  await Promise.all([client.close(), hasty.close()]);
});

const CUT_OFF = 'The connection was closed before the response ended.';
const NO_ANSWER = 'The connection was closed without a response.';

describe('the time of the whole exchange', () => {
  const TIMED_OUT = 'Timed out after 0.3 s.';

  /** What is said of a receiver that does this, which must see its connection closed. */
  async function timedOut(accept: (socket: Socket) => void, scheme = 'http'): Promise<Exchange> {
    const closed = newSignal();
    const receiver = await closedLater(
      startRawListener((socket) => {
        socket.resume().once('close', () => closed.send());
        accept(socket);
      }),
    );
    const exchange = await post(hasty, receiver, { url: `${scheme}://127.0.0.1:${receiver.port}/` });
    await closed.received;
    expect(exchange.durationMs).toBeGreaterThanOrEqual(295);
    expectInTime(exchange.durationMs, 3_000);
    return exchange;
  }

  it('ends one that is never answered', async () => {
    const exchange = await timedOut(() => undefined);
    expect(exchange).toMatchObject({ success: false, error: TIMED_OUT, answer: '' });
    expect(exchange).not.toHaveProperty('statusCode');
  });

  it('ends one whose TLS handshake is never answered', async () => {
    expect(await timedOut(() => undefined, 'https')).toMatchObject({ success: false, error: TIMED_OUT });
  });

  it('ends one whose answer comes byte by byte, however steadily', async () => {
    const exchange = await timedOut((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
      const drip = setInterval(() => socket.write('x'), 20);
      socket.once('close', () => clearInterval(drip));
    });
    expect(exchange).toMatchObject({ success: false, statusCode: 200, error: TIMED_OUT });
    expect(exchange.answer).toMatch(/^x+$/);
  });

  it('ends one whose headers come byte by byte', async () => {
    const exchange = await timedOut((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
      const drip = setInterval(() => socket.write('x'), 20);
      socket.once('close', () => clearInterval(drip));
    });
    expect(exchange).toMatchObject({ success: false, error: TIMED_OUT });
  });

  it('includes looking up the name', async () => {
    const never = new UrlPolicy({ allowPrivateHosts: true, resolve: () => new Promise(() => undefined) });
    const slow = new WebhookClient(never, { timeoutMs: 300 });
    const request = {
      integrationId: 'int_1',
      endpointId: 'wh_1',
      url: 'http://hooks.example/',
      headers: {},
      body: '{}',
    };
    expect(await slow.send(request)).toMatchObject({ success: false, error: TIMED_OUT });
    await slow.close();
  });

  it('of one endpoint is no other endpoint’s', async () => {
    const hanging = await closedLater(startRawListener(() => undefined));
    const quick = await answering((_request, response) => void response.end());
    const stuck = Array.from({ length: 20 }, () => post(hasty, hanging, { endpointId: 'wh_stuck' }));
    expect(await post(hasty, quick, { endpointId: 'wh_quick' })).toMatchObject({ success: true });
    expect(quick.received).toHaveLength(1);
    for (const exchange of await Promise.all(stuck)) expect(exchange.error).toBe(TIMED_OUT);
  });
});

describe('a long answer', () => {
  /** Answers without end, as fast as it is read, and tells how much it could send until it was cut off. */
  async function givenEndless(head: string): Promise<{ receiver: Listener; sent: Promise<number> }> {
    const sent = newSignal();
    let bytes = 0;
    const receiver = await closedLater(
      startRawListener((socket) => {
        socket.once('close', () => sent.send());
        const send = (): void => {
          while (!socket.destroyed && socket.write(Buffer.alloc(16_384, 'x'))) bytes += 16_384;
        };
        socket.on('drain', send).once('data', () => {
          socket.write(head);
          send();
        });
      }),
    );
    return { receiver, sent: sent.received.then(() => bytes) };
  }

  const TEN_GB = 'Content-Length: 10737418240\r\n\r\n';

  it.each([
    ['that announces 10 GB', `HTTP/1.1 200 OK\r\n${TEN_GB}`, true],
    ['that announces no length', 'HTTP/1.1 200 OK\r\n\r\n', true],
    ['to a refusal', `HTTP/1.1 500 Oh\r\n${TEN_GB}`, false],
  ])('%s is judged by its status and cut off', async (_which, head, success) => {
    const { receiver, sent } = await givenEndless(head);
    const exchange = await post(client, receiver);
    expect(exchange).toMatchObject({ success, answer: 'x'.repeat(1024) });
    expect(await sent).toBeLessThan(16 * 1024 * 1024);
  });

  it('of just less than the most that is read leaves its connection open', async () => {
    const receiver = await answering((_request, response) => void response.end('x'.repeat(65_535)));
    expect(await post(client, receiver)).toMatchObject({ success: true, answer: 'x'.repeat(1024) });
    await new Promise(setImmediate);
    expect(await post(client, receiver)).toMatchObject({ success: true });
    expect(receiver.connections).toBe(1);
  });
});

describe('what is kept of an answer', () => {
  const kept = async (bytes: Buffer | string): Promise<string> => {
    const receiver = await answering((_request, response) => void response.end(bytes));
    return (await post(client, receiver)).answer;
  };

  it('is at most 1 kB, without half a character at its end', async () => {
    expect(await kept(`${'x'.repeat(1022)}☕☕`)).toBe('x'.repeat(1022));
    expect(await kept('☕'.repeat(1_000))).toBe('☕'.repeat(341));
  });

  it('is text that any database keeps', async () => {
    expect(await kept('a\0b\x1b[31mc\td\r\ne\x7f')).toBe('ab[31mc\td\r\ne');
    const broken = await kept(Buffer.from([0x61, 0xff, 0xfe, 0xed, 0xa0, 0x80, 0x62]));
    expect(broken.isWellFormed()).toBe(true);
    expect(broken).toMatch(/^a\ufffd+b$/);
  });

  it('comes together from the pieces in which it came', async () => {
    const receiver = await answering((_request, response) => {
      response.write(Buffer.from('☕').subarray(0, 1));
      setImmediate(() => response.end(Buffer.from('☕').subarray(1)));
    });
    expect((await post(client, receiver)).answer).toBe('☕');
  });
});

describe('a connection that breaks', () => {
  it.each([
    ['in an answer of known length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', 'close'],
    [
      'in one that would have closed',
      'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\nha',
      'close',
    ],
    ['in a chunked answer', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n', 'close'],
    [
      'in a chunked one that would have closed',
      'HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
      'close',
    ],
    ['by a reset', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', 'reset'],
  ] as const)('%s makes it a failure, in spite of its 200', async (_where, bytes, end) => {
    const receiver = await answeringBytes(bytes, end);
    expect(await post(client, receiver)).toMatchObject({ success: false, statusCode: 200, error: CUT_OFF });
  });

  it.each([
    ['before any answer', '', 'close'],
    ['before any answer, by a reset', '', 'reset'],
    ['within the headers', 'HTTP/1.1 200 OK\r\nContent-Le', 'close'],
  ] as const)('%s is no answer', async (_where, bytes, end) => {
    const exchange = await post(client, await answeringBytes(bytes, end));
    expect(exchange).toMatchObject({ success: false, error: NO_ANSWER });
    expect(exchange).not.toHaveProperty('statusCode');
  });
});

describe('a failure is told in a sentence', () => {
  it('when nobody listens', async () => {
    const receiver = await startListener();
    await receiver.close();
    expect(await post(client, receiver)).toMatchObject({
      success: false,
      error: 'The connection was refused.',
    });
  });

  it('when the host is unknown', async () => {
    const { error } = await post(client, { port: 0 }, { url: 'http://nowhere.invalid/' });
    expect(error).toMatch(/^The host was not found\.|^DNS lookup of the host failed\.$/);
  });

  it('when the answer is not HTTP', async () => {
    const receiver = await answeringBytes('SSH-2.0-OpenSSH_9.2\r\n', 'keep');
    expect((await post(client, receiver)).error).toBe('The response is not valid HTTP.');
  });

  it('when the chunks of the answer are not', async () => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    const receiver = await answeringBytes(`${head}nonsense\r\n`, 'keep');
    expect((await post(client, receiver)).error).toBe('The response is not valid HTTP.');
  });

  it('when the headers are endless', async () => {
    const receiver = await answeringBytes(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(100_000)}`, 'keep');
    expect((await post(client, receiver)).error).toBe('The response headers are too long.');
  });

  it('when the webhook itself cannot be sent', async () => {
    const receiver = await answering((_request, response) => void response.end());
    const exchange = await post(client, receiver, { headers: { 'X-Webhook-Event': 'two\r\nlines' } });
    expect(exchange).toMatchObject({ success: false, error: 'The request failed.' });
    expect(receiver.connections).toBe(0);
  });
});
