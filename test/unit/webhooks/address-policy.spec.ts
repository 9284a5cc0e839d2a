import { specialPurposeOf } from '../../../src/webhooks/transport/address-policy.js';

describe('addresses of the public Internet', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:830::200e',
  ])('%s may be called', (address) => {
    expect(specialPurposeOf(address)).toBeUndefined();
  });
});

describe('addresses of special purpose', () => {
  it.each([
    ['0.0.0.0', 'an unspecified'],
    ['0.255.255.255', 'an unspecified'],
    ['10.0.0.0', 'a private'],
    ['10.255.255.255', 'a private'],
    ['172.16.0.0', 'a private'],
    ['172.31.255.255', 'a private'],
    ['192.168.0.1', 'a private'],
    ['127.0.0.1', 'a loopback'],
    ['127.255.255.255', 'a loopback'],
    ['169.254.169.254', 'a link-local'],
    ['100.64.0.0', 'a shared'],
    ['100.127.255.255', 'a shared'],
    ['192.0.0.1', 'a reserved'],
    ['192.0.2.1', 'a reserved'],
    ['198.51.100.1', 'a reserved'],
    ['203.0.113.1', 'a reserved'],
    ['192.88.99.1', 'a reserved'],
    ['198.18.0.0', 'a reserved'],
    ['198.19.255.255', 'a reserved'],
    ['224.0.0.1', 'a multicast'],
    ['239.255.255.255', 'a multicast'],
    ['240.0.0.1', 'a reserved'],
    ['255.255.255.255', 'a broadcast'],
    ['::', 'an unspecified'],
    ['::1', 'a loopback'],
    ['::7f00:1', 'a reserved'],
    ['::ffff:8.8.8.8', 'an IPv4-mapped'],
    ['::ffff:127.0.0.1', 'an IPv4-mapped'],
    ['::ffff:0:127.0.0.1', 'an IPv4-translated'],
    ['64:ff9b::7f00:1', 'a NAT64'],
    ['64:ff9b:1::7f00:1', 'a NAT64'],
    ['2002:7f00:1::', 'a 6to4'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'a Teredo'],
    ['2001:2::1', 'a benchmarking'],
    ['2001:1ff::1', 'a reserved'],
    ['2001:db8::1', 'a reserved'],
    ['3fff::1', 'a reserved'],
    ['fc00::1', 'a unique-local'],
    ['fd12:3456::1', 'a unique-local'],
    ['fe80::1', 'a link-local'],
    ['fe80::1%eth0', 'a link-local'],
    ['fec0::1', 'a reserved'],
    ['ff02::1', 'a multicast'],
    ['100::1', 'a reserved'],
    ['5f00::1', 'a reserved'],
    ['1fff::1', 'a reserved'],
    ['4000::1', 'a reserved'],
  ])('%s is %s one', (address, name) => {
    expect(specialPurposeOf(address)).toBe(name);
  });

  it.each(['', 'localhost', '1.2.3.4.5', '[::1]', '1.2.3.4/8'])(
    '%j, which is none, may not be called',
    (text) => {
      expect(specialPurposeOf(text)).toBe('a reserved');
    },
  );
});
