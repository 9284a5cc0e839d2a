import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** No textual form of an IP address with port and zone is longer. */
const MAX_CHARACTERS = 100;
const IPV6_CUSTOMER_BITS = 64;
const IPV6_SITE_BITS = 48;

/**
 * Returns the normalized IP address in a text: IPv4-mapped IPv6 becomes IPv4, port and zone are removed
 * (`192.0.2.1:4711`, `[2001:db8::1]:4711`, `fe80::1%eth0`), and IPv6 follows RFC 5952.
 * @returns undefined if the text is not an IP address
 */
export function ipAddressOf(text: string | undefined): string | undefined {
  if (text === undefined || text.length > MAX_CHARACTERS) return undefined;
  if (isIPv4(text)) return text;
  const bare = withoutPort(text.trim()).split('%', 1)[0] as string;
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return bare;
  return bare.includes(':') && ipaddr.IPv6.isValid(bare) ? ipaddr.process(bare).toString() : undefined;
}

/**
 * Returns the key under which attempts of an address are counted.
 * A customer with IPv6 has a whole /64 and can change the address freely, so the key is the /64. With IPv4 it
 * is the address. All invalid addresses share one key.
 */
export function addressKey(address: string): string {
  return networkOf(address, IPV6_CUSTOMER_BITS) ?? ipAddressOf(address) ?? 'unknown';
}

/** Returns the /48 network of an IPv6 address, which one site may own; undefined for other addresses. */
export function siteKey(address: string): string | undefined {
  return networkOf(address, IPV6_SITE_BITS);
}

function networkOf(text: string, bits: number): string | undefined {
  const address = ipAddressOf(text);
  if (!address?.includes(':')) return undefined;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/${bits}`).toString()}/${bits}`;
}

function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text);
  if (bracketed) return bracketed[1] as string;
  const [host, port, ...more] = text.split(':');
  return host !== undefined && port !== undefined && more.length === 0 ? host : text;
}
