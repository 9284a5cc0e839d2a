import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { specialPurposeOf } from './address-policy.js';
import { failureOf, TargetRefused } from './failures.js';
import { isLocalName, NameLookups } from './name-lookups.js';
import { isAllowedPort } from './ports.js';

/** All addresses of a host name, in the order to try them, looked up for an integration. */
export type Resolve = (hostname: string, integrationId: string) => Promise<LookupAddress[]>;

export interface UrlPolicyOptions {
  /** Lets webhooks go anywhere, and over plain http: for development and tests. */
  allowPrivateHosts: boolean;
  /** How names are resolved; by the hosts file and the system's DNS servers unless given. */
  resolve?: Resolve;
  /** Which addresses are refused, and as what; those that are not public unless given. */
  specialPurposeOf?: (address: string) => string | undefined;
}

/** Where webhooks may go: public hosts over https, unless private ones are allowed. */
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
   * Why a URL is refused by its text alone, as a sentence for whoever gave it; undefined where it is not. An
   * address in it is checked as `URL` understands it, which reads `2130706433`, `0177.0.0.1` and `0x7f000001` as
   * 127.0.0.1: no lookup is made for those, so nothing later would catch them.
   */
  refusal(text: string): string | undefined {
    if (!URL.canParse(text)) return 'The URL is not valid.';
    // A parser drops some of these silently, and the URL would not be what was given.
    if (/[\s\p{Cc}]/u.test(text)) return 'The URL must not contain white space or control characters.';
    const { protocol, username, password, hostname, port } = new URL(text);
    if (username !== '' || password !== '') return 'The URL must not contain a user name or password.';
    return this.protocolRefusal(protocol) ?? this.portRefusal(port) ?? this.hostRefusal(hostname);
  }

  /**
   * As `refusal`, but the host's name is resolved as well: it must have addresses, and every one of them must be
   * allowed. Where private hosts are allowed there is nothing more to check.
   */
  async refusalOnceResolved(text: string, integrationId: string): Promise<string | undefined> {
    const refusal = this.refusal(text);
    if (refusal !== undefined || this.allowPrivateHosts) return refusal;
    const { hostname } = new URL(text);
    if (literalIn(hostname) !== undefined) return undefined;
    return this.addressesOf(hostname, integrationId).then(() => undefined, failureOf);
  }

  /**
   * The addresses of a name, every one of them allowed.
   * @throws {TargetRefused} where any is not; the resolver's own error where the name is unknown.
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

/** The address that a URL names its host by, if it does. */
function literalIn(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? undefined : bare;
}

/** The way names are looked up in the product. */
export function resolverOf(lookups: NameLookups): Resolve {
  return (hostname, integrationId) => lookups.addressesOf(hostname, integrationId);
}
