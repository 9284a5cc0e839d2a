import { type Resolve, UrlPolicy } from '../../../src/webhooks/transport/url-policy.js';

const strict = new UrlPolicy({ allowPrivateHosts: false });
const open = new UrlPolicy({
  allowPrivateHosts: true,
  resolve: () => Promise.reject(new Error('there is nothing to ask for')),
});

/** A policy for which every name has these addresses. */
const resolving = (...addresses: string[]): UrlPolicy => {
  const resolve: Resolve = () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  return new UrlPolicy({ allowPrivateHosts: false, resolve });
};

/** All ways to write a host that is not on the public Internet, with the word a person reads of it. */
const insideHosts: [host: string, word: string][] = [
  ['127.0.0.1', 'loopback'],
  ['127.0.0.1.', 'loopback'],
  ['127.1', 'loopback'],
  ['2130706433', 'loopback'],
  ['0177.0.0.1', 'loopback'],
  ['0x7f000001', 'loopback'],
  ['0x7f.1', 'loopback'],
  ['①②⑦.⓪.⓪.①', 'loopback'],
  ['%31%32%37.0.0.1', 'loopback'],
  ['0', 'unspecified'],
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['192.168.1.1', 'private'],
  ['3232235777', 'private'],
  ['169.254.169.254', 'link-local'],
  ['2852039166', 'link-local'],
  ['100.64.0.1', 'shared'],
  ['[::1]', 'loopback'],
  ['[0:0:0:0:0:0:0:1]', 'loopback'],
  ['[::]', 'unspecified'],
  ['[::ffff:127.0.0.1]', 'IPv4-mapped'],
  ['[::ffff:a9fe:a9fe]', 'IPv4-mapped'],
  ['[64:ff9b::a9fe:a9fe]', 'NAT64'],
  ['[2002:7f00:1::]', '6to4'],
  ['[fe80::1]', 'link-local'],
  ['[fd00:ec2::254]', 'unique-local'],
  ['localhost', 'loopback'],
  ['LOCALHOST', 'loopback'],
  ['localhost.', 'loopback'],
  ['inside.localhost', 'loopback'],
];

describe('by its text alone', () => {
  it.each([
    'https://hooks.example',
    'https://hooks.example:8443/eudr?tenant=1#part',
    'https://8.8.8.8/',
    'https://[2606:4700:4700::1111]:8444/',
    'https://xn--caf-dma.example/',
    'https://localhost.example/',
    'https://notlocalhost/',
  ])('%s is allowed', (url) => {
    expect(strict.refusal(url)).toBeUndefined();
  });

  it.each([
    'http://hooks.example',
    'ftp://hooks.example',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'ws://a.b',
  ])('%s is refused, for it is not https', (url) => {
    expect(strict.refusal(url)).toBe('The URL must begin with https://.');
  });

  it.each([
    '',
    'hooks.example',
    'https://',
    'https://a b/',
    'https://256.1.1.1/',
    'https://[::1/',
    '//hooks.example',
  ])('%j is refused, for it is no URL', (url) => {
    expect(strict.refusal(url)).toBe('The URL is not valid.');
  });

  it.each(['https://user@hooks.example', 'https://:pass@hooks.example', 'https://user:pass@127.0.0.1'])(
    '%s is refused, for it names a user',
    (url) => {
      expect(strict.refusal(url)).toBe('The URL must not contain a user name or password.');
      expect(open.refusal(url)).toBe('The URL must not contain a user name or password.');
    },
  );

  it.each(insideHosts)('the host %s is refused as %s', (host, word) => {
    expect(strict.refusal(`https://${host}:8443/hook`)).toContain(` ${word} address`);
    expect(open.refusal(`https://${host}:8443/hook`)).toBeUndefined();
  });
});

describe('where private hosts are allowed', () => {
  it.each(['http://127.0.0.1:3000/', 'http://localhost/', 'https://10.0.0.1/', 'http://hooks.example/'])(
    '%s is allowed',
    async (url) => {
      expect(open.refusal(url)).toBeUndefined();
      expect(await open.refusalOnceResolved(url, 'int_1')).toBeUndefined();
    },
  );

  it('no other protocol is', () => {
    expect(open.refusal('ftp://127.0.0.1/')).toBe('The URL must begin with https:// or http://.');
  });
});

describe('once its name is resolved', () => {
  const URL = 'https://hooks.example/';

  it('a host with public addresses only is allowed', async () => {
    expect(
      await resolving('8.8.8.8', '2606:4700:4700::1111').refusalOnceResolved(URL, 'int_1'),
    ).toBeUndefined();
  });

  it.each([
    ['127.0.0.1', 'a loopback'],
    ['10.20.30.40', 'a private'],
    ['169.254.169.254', 'a link-local'],
    ['::ffff:10.20.30.40', 'an IPv4-mapped'],
    ['64:ff9b::a14:1e28', 'a NAT64'],
    ['fe80::1%eth0', 'a link-local'],
  ])('a host at %s is refused by the rule, and the address is not told', async (address, rule) => {
    const refusal = await resolving(address).refusalOnceResolved(URL, 'int_1');
    expect(refusal).toBe(`The host has ${rule} address. Webhooks are not sent to such addresses.`);
    expect(refusal).not.toContain(address);
  });

  it('one private address among public ones is enough', async () => {
    expect(await resolving('8.8.8.8', '10.0.0.1').refusalOnceResolved(URL, 'int_1')).toContain(
      'a private address',
    );
    expect(await resolving('10.0.0.1', '8.8.8.8').refusalOnceResolved(URL, 'int_1')).toContain(
      'a private address',
    );
  });

  it('a host without addresses is refused', async () => {
    expect(await resolving().refusalOnceResolved(URL, 'int_1')).toBe('The host was not found.');
  });

  it('a name that the real resolver does not know is refused', async () => {
    expect(await strict.refusalOnceResolved('https://nowhere.invalid/', 'int_1')).toMatch(
      /^The host was not found\.|^DNS lookup of the host failed\.$/,
    );
  });

  it('what is refused by its text is not looked up', async () => {
    let lookups = 0;
    const resolve: Resolve = () => {
      lookups += 1;
      return Promise.resolve([{ address: '8.8.8.8', family: 4 }]);
    };
    const policy = new UrlPolicy({ allowPrivateHosts: false, resolve });
    expect(await policy.refusalOnceResolved('https://2130706433/', 'int_1')).toContain('loopback');
    expect(await policy.refusalOnceResolved('https://8.8.8.8/', 'int_1')).toBeUndefined();
    expect(lookups).toBe(0);
  });
});
