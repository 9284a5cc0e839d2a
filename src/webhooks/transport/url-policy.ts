import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { specialPurposeOf } from './address-policy.js';
import { failureOf, TargetRefused } from './failures.js';
import { isLocalName, NameLookups } from './name-lookups.js';
import { isAllowedPort } from './ports.js';

/**
 * Returns all addresses of a host name, in the order to try them. The lookup uses the integration's share of
 * concurrent lookups.
 */
export type Resolve = (hostname: string, integrationId: string) => Promise<LookupAddress[]>;

export interface UrlPolicyOptions {
  /** Allows private hosts and plain http, for development and tests. */
  allowPrivateHosts: boolean;
  /** Resolves names; default: the hosts file and the system's DNS servers. */
  resolve?: Resolve;
  /** Returns why an address is refused, or undefined; default: refuses addresses that are not public. */
  specialPurposeOf?: (address: string) => string | undefined;
}

/** Decides where webhooks may go: public hosts over https, unless private hosts are allowed. */
export class UrlPolicy {
  private readonly allowPrivateHosts: boolean;
  private readonly resolve: Resolve;
  private readonly specialPurposeOf: (address: string) => string | undefined;

  constructor(options: UrlPolicyOptions) {
    this.allowPrivateHosts = options.allowPrivateHosts;
    this.resolve = options.resolve ?? resolverOf(new NameLookups());
    this.specialPurposeOf = options.specialPurposeOf ?? specialPurposeOf;
  }

  /**
   * Returns why a URL is refused by its text alone, as a sentence; undefined if it is allowed.
   * It checks an IP address as `URL` parses it: `2130706433`, `0177.0.0.1` and `0x7f000001` all mean
   * 127.0.0.1. Such addresses need no lookup, so no later check would find them.
   */
  refusal(text: string): string | undefined {
    if (!URL.canParse(text)) return 'The URL is not valid.';
    // The URL parser silently removes some of these characters, and the result would differ from the input.
    if (/[\s\p{Cc}]/u.test(text)) return 'The URL must not contain white space or control characters.';
    const { protocol, username, password, hostname, port } = new URL(text);
    if (username !== '' || password !== '') return 'The URL must not contain a user name or password.';
    return this.protocolRefusal(protocol) ?? this.portRefusal(port) ?? this.hostRefusal(hostname);
  }

  /**
   * Checks the text, and then resolves the host name: it must have addresses, and all of them must be
   * allowed. If private hosts are allowed, only the text is checked.
   * @returns the reason of the refusal, as a sentence; undefined if the URL is allowed
   */
  async refusalOnceResolved(text: string, integrationId: string): Promise<string | undefined> {
    const refusal = this.refusal(text);
    if (refusal !== undefined || this.allowPrivateHosts) return refusal;
    const { hostname } = new URL(text);
    if (literalIn(hostname) !== undefined) return undefined;
    return this.addressesOf(hostname, integrationId).then(() => undefined, failureOf);
  }

  /**
   * Returns the addresses of a name.
   * @throws {TargetRefused} if one of them is not allowed
   * @throws {LookupFailed} if the name cannot be resolved
   */
  async addressesOf(hostname: string, integrationId: string): Promise<LookupAddress[]> {
    const addresses = await this.resolve(hostname, integrationId);
    if (addresses.length === 0) throw new TargetRefused('The host was not found.');
    for (const { address } of addresses) {
      const refusal = this.addressRefusal(address);
      if (refusal !== undefined) throw new TargetRefused(refusal);
    }
    return addresses;
  }

  private protocolRefusal(protocol: string): string | undefined {
    if (protocol === 'https:') return undefined;
    if (!this.allowPrivateHosts) return 'The URL must begin with https://.';
    return protocol === 'http:' ? undefined : 'The URL must begin with https:// or http://.';
  }

  private portRefusal(port: string): string | undefined {
    const isAllowed = port === '' || isAllowedPort(Number(port), this.allowPrivateHosts);
    if (isAllowed) return undefined;
    return 'The port of the URL must be 443, or at least 1024 and not the port of a known service such as a database.';
  }

  private hostRefusal(hostname: string): string | undefined {
    const literal = literalIn(hostname);
    if (literal !== undefined) return this.addressRefusal(literal);
    return isLocalName(hostname) ? this.addressRefusal('127.0.0.1') : undefined;
  }

  private addressRefusal(address: string): string | undefined {
    const special = this.allowPrivateHosts ? undefined : this.specialPurposeOf(address);
    return special && `The host has ${special} address. Webhooks are not sent to such addresses.`;
  }
}

/** Returns the IP address in a URL's host; undefined if the host is a name. */
function literalIn(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? undefined : bare;
}

/** Returns the resolver that the product uses. */
export function resolverOf(lookups: NameLookups): Resolve {
  return (hostname, integrationId) => lookups.addressesOf(hostname, integrationId);
}
