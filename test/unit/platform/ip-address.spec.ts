import { addressKey, ipAddressOf, siteKey } from '../../../src/platform/values/ip-address.js';

it.each<readonly [string | undefined, string | undefined]>([
  ['192.0.2.1', '192.0.2.1'],
  [' 192.0.2.1:4711', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['[::ffff:192.0.2.1]:80', '192.0.2.1'],
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['[2001:db8::1]:4711', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ...[
    '',
    'unknown',
    '_hidden',
    'é',
    '1',
    '0x7f.1',
    '127.1',
    '1.2.3.4.5',
    '300.1.1.1',
    '::g',
    ':',
    '[]:1',
  ].map((text) => [text, undefined] as const),
  [`${'1'.repeat(200)}.1.1.1`, undefined],
  [undefined, undefined],
])('%j is the address %j', (text, address) => {
  expect(ipAddressOf(text)).toBe(address);
});

it('counts IPv4 by the address, IPv6 by /64 and /48, and all that is none together', () => {
  expect([addressKey('192.0.2.1'), siteKey('192.0.2.1')]).toEqual(['192.0.2.1', undefined]);
  expect([addressKey('2001:db8:1:2:3::4'), siteKey('2001:db8:1:2:3::4')]).toEqual([
    '2001:db8:1:2::/64',
    '2001:db8:1::/48',
  ]);
  expect([addressKey(''), addressKey('x')]).toEqual(['unknown', 'unknown']);
});
