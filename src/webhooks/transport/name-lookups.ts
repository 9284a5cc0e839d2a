import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { FairShare } from '../../platform/fairness/fair-share.js';
import { HostsFile } from './hosts-file.js';

/** Time limit of one lookup, including the wait for its turn. */
const LIMIT_MS = 5_000;
const QUERY = { timeout: 1_500, tries: 2 };
const MAX_LOOKUPS = 100;
const MAX_WAITING_PER_INTEGRATION = 500;
const UNKNOWN = ['ENOTFOUND', 'ENODATA'];
const LOCAL: LookupAddress[] = [{ address: '127.0.0.1', family: 4 }];

export interface NameLookupOptions {
  /** Addresses of DNS servers, with or without a port; default: the servers of the system. */
  servers?: readonly string[];
  hostsFile?: string;
}

/** A name lookup failed. `code` is ENOTFOUND if the name does not exist, else EAI_AGAIN. */
export class LookupFailed extends Error {
  constructor(
    readonly code: 'ENOTFOUND' | 'EAI_AGAIN',
    cause?: unknown,
  ) {
    super('DNS lookup failed.', { cause });
  }
}

/**
 * Looks up host names for integrations: in the hosts file, else by DNS.
 * It does not use `dns.lookup`. That function runs in the thread pool that files and password hashes also
 * need, so a few unanswered names would block everything.
 * The number of concurrent lookups is shared between integrations.
 */
export class NameLookups {
  private readonly hosts: HostsFile;
  private readonly shares = new FairShare({
    capacity: MAX_LOOKUPS,
    maxWaitingPerParty: MAX_WAITING_PER_INTEGRATION,
  });
  private readonly running = new Map<string, Promise<LookupAddress[]>>();

  constructor(private readonly options: NameLookupOptions = {}) {
    this.hosts = new HostsFile(options.hostsFile);
  }

  /**
   * Returns all addresses of a name. Concurrent lookups of one name for one integration are merged.
   * @throws {LookupFailed}
   */
  async addressesOf(hostname: string, integrationId: string): Promise<LookupAddress[]> {
    const known = this.hosts.addressesOf(hostname);
    if (known.length > 0) return known;
    // RFC 6761, section 6.3: these names mean this machine; DNS servers are not asked.
    if (isLocalName(hostname)) return LOCAL;
    const key = `${integrationId} ${hostname}`;
    const running = this.running.get(key) ?? this.lookUp(hostname, integrationId);
    this.running.set(key, running);
    return running.finally(() => this.running.delete(key));
  }

  private async lookUp(hostname: string, integrationId: string): Promise<LookupAddress[]> {
    const limit = AbortSignal.timeout(LIMIT_MS);
    try {
      return await this.shares.run(integrationId, () => this.ask(hostname, limit), limit);
    } catch (error) {
      throw error instanceof LookupFailed ? error : new LookupFailed('EAI_AGAIN', error);
    }
  }

  /** Asks for IPv4 and IPv6 addresses. If one query fails, the other result is enough. */
  private async ask(hostname: string, limit: AbortSignal): Promise<LookupAddress[]> {
    // A new resolver for each lookup: it can be cancelled, and it uses the system's current servers.
    const resolver = new Resolver(QUERY);
    if (this.options.servers?.length) resolver.setServers([...this.options.servers]);
    const cancel = (): void => resolver.cancel();
    limit.addEventListener('abort', cancel, { once: true });
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    limit.removeEventListener('abort', cancel);
    const addresses = answers.flatMap((answer, index) =>
      answer.status === 'fulfilled'
        ? answer.value.map((address) => ({ address, family: index === 0 ? 4 : 6 }))
        : [],
    );
    if (addresses.length > 0) return addresses;
    const failures = answers
      .filter((answer) => answer.status === 'rejected')
      .map(({ reason }) => reason as Error);
    throw new LookupFailed(failures.every(saysUnknown) ? 'ENOTFOUND' : 'EAI_AGAIN', failures[0]);
  }
}

/** RFC 6761, section 6.3: these names mean this machine, whatever a resolver returns. */
export function isLocalName(hostname: string): boolean {
  return /(^|\.)localhost\.?$/i.test(hostname);
}

function saysUnknown(error: NodeJS.ErrnoException): boolean {
  return UNKNOWN.includes(error.code ?? '');
}
