import ipaddr from 'ipaddr.js';

/** What the ranges of the special-purpose registries (RFC 6890) are called where a person reads of them. */
const NAMES: Record<string, string> = {
  unspecified: 'an unspecified',
  broadcast: 'a broadcast',
  multicast: 'a multicast',
  linkLocal: 'a link-local',
  loopback: 'a loopback',
  carrierGradeNat: 'a shared',
  private: 'a private',
  uniqueLocal: 'a unique-local',
  ipv4Mapped: 'an IPv4-mapped',
  rfc6052: 'a NAT64',
  rfc6145: 'an IPv4-translated',
  '6to4': 'a 6to4',
  teredo: 'a Teredo',
  benchmarking: 'a benchmarking',
};
const ANY_OTHER = 'a reserved';

/** The only IPv6 space that is given out for the public Internet (RFC 4291, section 2.4). */
const GLOBAL_UNICAST: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/**
 * Why an IP address is none of the public Internet's, in words such as `a private`; undefined where it is one.
 * What carries an IPv4 address inside (mapped, NAT64, 6to4, Teredo) is refused whatever it carries.
 */
export function specialPurposeOf(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return ANY_OTHER;
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range !== 'unicast') return NAMES[range] ?? ANY_OTHER;
  return parsed instanceof ipaddr.IPv6 && !parsed.match(GLOBAL_UNICAST) ? ANY_OTHER : undefined;
}
