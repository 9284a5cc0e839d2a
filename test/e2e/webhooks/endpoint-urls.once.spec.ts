import { startApp, type TestApp } from '../../support/app/app.js';
import { type Answer, Client } from '../../support/http/client.js';
import { type Erp, givenErp, supplier } from '../../support/app/factories.js';
import { until } from '../../support/processes/processes.js';
import { expectRefused } from '../../support/webhooks/webhook-checks.js';
import {
  closeEndpoints,
  Endpoint,
  givenEndpoint,
  startHookApp,
  Webhooks,
} from '../../support/webhooks/webhooks.js';

/** As in production: private hosts are refused. Nothing is ever sent to the public address. */
let strict: TestApp;
let erp: Erp;
let hooks: Webhooks;
beforeAll(async () => {
  strict = await startApp();
  erp = await givenErp(strict);
  hooks = new Webhooks(erp.client);
});
afterAll(() => strict.close());

const create = (url: unknown): Promise<Answer> => hooks.create({ url, events: ['supplier.created'] });

describe('the URL of an endpoint', () => {
  it.each([
    'https://93.184.216.34/hooks',
    'https://93.184.216.34:8443/hooks?tenant=7',
    'https://[2606:2800:220:1:248:1893:25c8:1946]/hooks',
  ])('may be %s', async (url) => {
    const { status, body } = await create(url);
    expect([status, body.url]).toEqual([201, url]);
  });

  it.each([
    ['https:93.184.216.34', 'https://93.184.216.34/'],
    ['https:\\\\93.184.216.34\\a', 'https://93.184.216.34/a'],
    ['https://@93.184.216.34/', 'https://93.184.216.34/'],
    ['HTTPS://93.184.216.34:443/a/../b', 'https://93.184.216.34/b'],
    ['https://0x5db8d822/h', 'https://93.184.216.34/h'],
    ['https://93.184.216.34/caf\u00e9', 'https://93.184.216.34/caf%C3%A9'],
  ])('that is given as %s is stored and shown as %s', async (given, stored) => {
    const { body } = await create(given);
    expect(body.url).toBe(stored);
    const { id } = (await create('https://93.184.216.34/')).body as { id: string };
    expect((await hooks.change(id, { url: given })).body.url).toBe(stored);
    expect((await hooks.get(id)).body.url).toBe(stored);
  });

  it.each([
    ['longer than is stored once it is percent-encoded', `https://93.184.216.34/${'\u20ac'.repeat(500)}`],
    ['missing', undefined],
    ['empty', ''],
    ['a number', 7],
    ['no URL', 'hooks'],
    ['without a host', 'https://'],
    ['a path', '/hooks'],
    ['plain http', 'http://93.184.216.34/hooks'],
    ['ftp', 'ftp://93.184.216.34/hooks'],
    ['a file', 'file:///etc/passwd'],
    ['a script', 'javascript:alert(1)'],
    ['with a user', 'https://user@93.184.216.34/hooks'],
    ['with user and password', 'https://user:secret@93.184.216.34/hooks'],
    ['of an impossible port', 'https://93.184.216.34:70000/hooks'],
    ['longer than any server takes', `https://93.184.216.34/${'x'.repeat(10_000)}`],
    ['with U+0000', 'https://93.184.216.34/\u0000'],
  ])('may not be %s', async (_, url) => {
    expectRefused(await create(url), 'url');
  });

  it('is not repeated in the refusal where it holds a password', async () => {
    const answer = await create('https://user:correct-horse@93.184.216.34/hooks');
    expectRefused(answer, 'url');
    expect(JSON.stringify(answer.body)).not.toContain('correct-horse');
    expect(strict.log.join('\n')).not.toContain('correct-horse');
  });

  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback, another', '127.255.0.9'],
    ['loopback by name', 'localhost'],
    ['loopback by name, with a dot', 'localhost.'],
    ['loopback by a name below', 'erp.localhost'],
    ['loopback as a decimal number', '2130706433'],
    ['loopback in hexadecimal', '0x7f000001'],
    ['loopback in octal', '0177.0.0.1'],
    ['loopback, short', '127.1'],
    ['loopback in full-width digits', '１２７.０.０.１'],
    ['unspecified', '0.0.0.0'],
    ['private, class A', '10.0.0.1'],
    ['private, class B', '172.16.0.1'],
    ['private, class B, last', '172.31.255.255'],
    ['private, class C', '192.168.1.1'],
    ['link-local', '169.254.1.1'],
    ['the metadata service of clouds', '169.254.169.254'],
    ['shared', '100.64.0.1'],
    ['protocol assignments', '192.0.0.1'],
    ['documentation', '192.0.2.1'],
    ['documentation, second', '198.51.100.1'],
    ['documentation, third', '203.0.113.1'],
    ['benchmarking', '198.18.0.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['IPv6 loopback', '[::1]'],
    ['IPv6 unspecified', '[::]'],
    ['IPv6 link-local', '[fe80::1]'],
    ['IPv6 unique-local', '[fd00::1]'],
    ['IPv6 multicast', '[ff02::1]'],
    ['IPv6 documentation', '[2001:db8::1]'],
    ['mapped IPv4', '[::ffff:10.0.0.1]'],
    ['mapped public IPv4', '[::ffff:93.184.216.34]'],
    ['compatible IPv4', '[::127.0.0.1]'],
    ['NAT64', '[64:ff9b::a00:1]'],
    ['NAT64 for local use', '[64:ff9b:1::a00:1]'],
    ['6to4', '[2002:7f00:1::]'],
    ['Teredo', '[2001:0:7f00:1::]'],
    ['site-local of old', '[fec0::1]'],
  ])('may not lead to %s (%s)', async (_, host) => {
    expectRefused(await create(`https://${host}/hooks`), 'url');
  });

  it.each([1, 22, 25, 80, 444, 1023, 3306, 5432, 6379, 9200, 27017])(
    'may not name the port %i',
    async (port) => {
      expectRefused(await create(`https://93.184.216.34:${port}/hooks`), 'url');
    },
  );

  it.each([443, 1024, 8443, 65_535])('may name the port %i', async (port) => {
    expect((await create(`https://93.184.216.34:${port}/hooks`)).status).toBe(201);
  });

  it('is held to the same rules when it is changed', async () => {
    const { body } = await create('https://93.184.216.34/hooks');
    for (const url of ['https://127.0.0.1/', 'http://93.184.216.34/', 'https://u:p@93.184.216.34/', '']) {
      expectRefused(await hooks.change(body.id as string, { url }), 'url');
    }
    expect((await hooks.get(body.id as string)).body.url).toBe('https://93.184.216.34/hooks');
  });
});

describe('an endpoint on a private host that was made when that was allowed', () => {
  it('is not called any more: not by test, not by a delivery', async () => {
    const lenient = await startHookApp({}, strict.env);
    const customer = await givenErp(lenient);
    const made = await givenEndpoint(customer, 'supplier.created');
    await lenient.close();
    const client = new Client(strict.url, customer.token);
    const { receiver, id, secrets } = made;
    const endpoint = new Endpoint({ ...customer, client }, receiver, id, secrets, new Webhooks(client));

    const { body } = await endpoint.hooks.test(endpoint.id);
    expect(body).toMatchObject({ success: false, error: expect.stringMatching(/./) });
    expect(body).not.toHaveProperty('statusCode');
    await client.post('/suppliers', { suppliers: [supplier()] });
    await until(async () => (await endpoint.log())[0]?.attempts.length === 1);
    const [delivery] = await endpoint.log();
    expect(delivery?.attempts[0]).toMatchObject({ statusCode: null, error: expect.stringMatching(/./) });
    expect(endpoint.receiver.requests).toEqual([]);
    await closeEndpoints();
  });
});
