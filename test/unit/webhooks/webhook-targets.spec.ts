import { specialPurposeOf } from '../../../src/webhooks/transport/address-policy.js';
import type { Exchange } from '../../../src/webhooks/transport/exchange.js';
import { type Resolve, UrlPolicy } from '../../../src/webhooks/transport/url-policy.js';
import { WebhookClient } from '../../../src/webhooks/transport/webhook-client.js';
import { CERTIFICATE, EXPIRED_CERTIFICATE, KEY } from '../../support/webhooks/certificates.js';
import { type Listener, startRawListener, startListener } from '../../support/webhooks/listener.js';

/**
 * Two servers at the same port of two addresses of this machine (on Linux all of 127.0.0.0/8 are). The second stands
 * for one on the public Internet: the policy is told so, and told nothing else.
 */
const [INSIDE, PUBLIC] = ['127.0.0.1', '127.0.0.2'];
const tls = { key: KEY, cert: CERTIFICATE };

let outside: Listener;
let inside: Listener;
beforeAll(async () => {
  // Closes each connection, so that every webhook needs a new one.
  outside = await startListener(
    (_request, response) => response.setHeader('Connection', 'close').end('outside'),
    {
      host: PUBLIC,
      tls,
    },
  );
  inside = await startListener(undefined, { host: INSIDE, port: outside.port, tls });
});
afterAll(async () => {
  await Promise.all([outside.close(), inside.close()]);
});

const clients: WebhookClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

interface Sender {
  send(url?: string): Promise<Exchange>;
  /** How many names were looked up. */
  lookups(): number;
}

/** A client for which names have these addresses: those of the first list when first asked, and so on. */
function resolving(...answers: string[][]): Sender {
  let lookups = 0;
  const resolve: Resolve = () => {
    const addresses = answers[Math.min(lookups, answers.length - 1)] ?? [];
    lookups += 1;
    return Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  };
  const policy = new UrlPolicy({
    allowPrivateHosts: false,
    resolve,
    specialPurposeOf: (address) => (address === PUBLIC ? undefined : specialPurposeOf(address)),
  });
  const client = new WebhookClient(policy, { ca: CERTIFICATE });
  clients.push(client);
  const send = (url = `https://hooks.example:${outside.port}/`): Promise<Exchange> =>
    client.send({ integrationId: 'int_1', endpointId: 'wh_1', url, headers: {}, body: '{}' });
  return { send, lookups: () => lookups };
}

const refused = (word: string) => ({
  success: false,
  error: `The host has ${word} address. Webhooks are not sent to such addresses.`,
  durationMs: expect.any(Number),
  answer: '',
});

describe('a name', () => {
  it('with an allowed address is resolved once, and the connection goes there', async () => {
    const before = outside.connections;
    const sender = resolving([PUBLIC]);
    expect(await sender.send()).toMatchObject({ success: true, answer: 'outside' });
    expect([sender.lookups(), outside.connections - before, inside.connections]).toEqual([1, 1, 0]);
    expect(outside.received.at(-1)?.headers).toMatchObject({ host: `hooks.example:${outside.port}` });
  });

  it('that leads inside is refused', async () => {
    expect(await resolving([INSIDE]).send()).toEqual(refused('a loopback'));
    expect(inside.connections).toBe(0);
  });

  it('that leads outside and inside is refused, in either order', async () => {
    const before = outside.connections;
    expect(await resolving([PUBLIC, INSIDE]).send()).toEqual(refused('a loopback'));
    expect(await resolving([INSIDE, PUBLIC]).send()).toEqual(refused('a loopback'));
    expect([outside.connections - before, inside.connections]).toEqual([0, 0]);
  });

  it('that leads outside when it is checked and inside right after is not asked again', async () => {
    const sender = resolving([PUBLIC], [INSIDE]);
    expect(await sender.send()).toMatchObject({ success: true, answer: 'outside' });
    expect([sender.lookups(), inside.connections]).toEqual([1, 0]);
  });

  it('is checked again for the next connection', async () => {
    const sender = resolving([PUBLIC], [INSIDE], [PUBLIC]);
    expect(await sender.send()).toMatchObject({ success: true });
    expect(await sender.send()).toEqual(refused('a loopback'));
    expect(await sender.send()).toMatchObject({ success: true });
    expect([sender.lookups(), inside.connections]).toEqual([3, 0]);
  });

  it.each([
    ['::1', 'a loopback'],
    ['::ffff:127.0.0.1', 'an IPv4-mapped'],
    ['64:ff9b::7f00:1', 'a NAT64'],
    ['fe80::1%lo', 'a link-local'],
    ['169.254.169.254', 'a link-local'],
    ['10.0.0.1', 'a private'],
    ['not an address', 'a reserved'],
  ])('that leads to %s is refused', async (address, word) => {
    expect(await resolving([address]).send()).toEqual(refused(word));
    expect(inside.connections).toBe(0);
  });

  it('without addresses is not found', async () => {
    expect(await resolving([]).send()).toMatchObject({ success: false, error: 'The host was not found.' });
  });
});

describe('an address in the URL', () => {
  it.each([
    ['127.0.0.1', 'a loopback'],
    ['2130706433', 'a loopback'],
    ['0177.0.0.1', 'a loopback'],
    ['0x7f000001', 'a loopback'],
    ['127.1', 'a loopback'],
    ['0', 'an unspecified'],
    ['[::1]', 'a loopback'],
    ['[::ffff:127.0.0.1]', 'an IPv4-mapped'],
    ['[64:ff9b::7f00:1]', 'a NAT64'],
    ['localhost', 'a loopback'],
    ['169.254.169.254', 'a link-local'],
  ])('%s is refused at every send, and nothing is looked up', async (host, word) => {
    const sender = resolving([PUBLIC]);
    for (let times = 0; times < 2; times += 1)
      expect(await sender.send(`https://${host}:${inside.port}/`)).toEqual(refused(word));
    expect([sender.lookups(), inside.connections]).toEqual([0, 0]);
  });

  it('that is allowed is connected to', async () => {
    const before = outside.connections;
    const { error } = await resolving().send(`https://${PUBLIC}:${outside.port}/`);
    expect([error, outside.connections - before]).toEqual(['The certificate is for another host.', 1]);
  });
});

it.each(['http://hooks.example/', 'https://user:pass@hooks.example/', 'nonsense'])(
  '%s is refused at every send',
  async (url) => {
    const sender = resolving([PUBLIC]);
    expect(await sender.send(url)).toMatchObject({
      success: false,
      error: expect.stringContaining('The URL'),
    });
    expect(sender.lookups()).toBe(0);
  },
);

it('with private hosts allowed all of that is open, and the name is still resolved once', async () => {
  const plain = await startListener(undefined, { host: INSIDE });
  let lookups = 0;
  const resolve: Resolve = () => {
    lookups += 1;
    return Promise.resolve([{ address: INSIDE, family: 4 }]);
  };
  const client = new WebhookClient(new UrlPolicy({ allowPrivateHosts: true, resolve }));
  for (const host of ['hooks.example', '127.0.0.1', '2130706433', 'localhost']) {
    const url = `http://${host}:${plain.port}/`;
    const exchange = await client.send({
      integrationId: 'int_1',
      endpointId: 'wh_1',
      url,
      headers: {},
      body: '{}',
    });
    expect([host, exchange.success]).toEqual([host, true]);
  }
  expect([lookups, plain.received.length]).toEqual([2, 4]);
  await Promise.all([client.close(), plain.close()]);
});

describe('TLS', () => {
  const open = new UrlPolicy({
    allowPrivateHosts: true,
    resolve: () => Promise.resolve([{ address: INSIDE, family: 4 }]),
  });

  /** What is said of a server with this certificate by a client that trusts the other. */
  async function errorOf(cert: string, ca?: string, host = 'hooks.example'): Promise<string | undefined> {
    const receiver = await startListener(undefined, { host: INSIDE, tls: { key: KEY, cert } });
    const client = new WebhookClient(open, { ca });
    const url = `https://${host}:${receiver.port}/`;
    const { error } = await client.send({
      integrationId: 'int_1',
      endpointId: 'wh_1',
      url,
      headers: {},
      body: '{}',
    });
    expect(receiver.received).toHaveLength(error === undefined ? 1 : 0);
    await Promise.all([client.close(), receiver.close()]);
    return error;
  }

  it('takes a certificate of the host that a trusted authority signed', async () => {
    expect(await errorOf(CERTIFICATE, CERTIFICATE)).toBeUndefined();
  });

  it('refuses one that is self-signed, even where private hosts are allowed', async () => {
    expect(await errorOf(CERTIFICATE)).toBe('The certificate is not trusted.');
  });

  it('refuses one that has expired', async () => {
    expect(await errorOf(EXPIRED_CERTIFICATE, EXPIRED_CERTIFICATE)).toBe('The certificate has expired.');
  });

  it('refuses one of another host', async () => {
    expect(await errorOf(CERTIFICATE, CERTIFICATE, 'other.example')).toBe(
      'The certificate is for another host.',
    );
  });

  it('says so where the server speaks none', async () => {
    const receiver = await startRawListener((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const client = new WebhookClient(open);
    const url = `https://hooks.example:${receiver.port}/`;
    const { error } = await client.send({
      integrationId: 'int_1',
      endpointId: 'wh_1',
      url,
      headers: {},
      body: '{}',
    });
    expect(error).toBe('The TLS handshake failed.');
    await Promise.all([client.close(), receiver.close()]);
  });
});
