import ipaddr from 'ipaddr.js';

/** Names of the special-purpose address ranges (RFC 6890) for messages. */
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

/** The only IPv6 space for the public Internet (RFC 4291, section 2.4). */
const GLOBAL_UNICAST: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/**
 * Returns why an IP address is not public, such as `a private`; undefined if it is public.
 * Addresses that contain an IPv4 address (mapped, NAT64, 6to4, Teredo) are never public.
 */
export function specialPurposeOf(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return ANY_OTHER;
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range !== 'unicast') return NAMES[range] ?? ANY_OTHER;
  return parsed instanceof ipaddr.IPv6 && !parsed.match(GLOBAL_UNICAST) ? ANY_OTHER : undefined;
}
