import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { FairShare } from '../../platform/fairness/fair-share.js';
import { HostsFile } from './hosts-file.js';

/** For one look-up, the wait for its turn included. */
const LIMIT_MS = 5_000;
const QUERY = { timeout: 1_500, tries: 2 };
const MAX_LOOKUPS = 100;
const MAX_WAITING_PER_INTEGRATION = 500;
const UNKNOWN = ['ENOTFOUND', 'ENODATA'];
const LOCAL: LookupAddress[] = [{ address: '127.0.0.1', family: 4 }];

export interface NameLookupOptions {
  /** Addresses of DNS servers, each with a port if need be; the system's unless given. */
  servers?: readonly string[];
  hostsFile?: string;
}

/** A name could not be looked up; `code` is ENOTFOUND where it does not exist, else EAI_AGAIN. */
export class LookupFailed extends Error {
  constructor(
    readonly code: 'ENOTFOUND' | 'EAI_AGAIN',
    cause?: unknown,
  ) {
    super('DNS lookup failed.', { cause });
  }
}

/**
 * Looks names up for integrations: in the hosts file, else by DNS. Not by `dns.lookup`, which works in the threads
 * that files and passwords need as well, two names at a time: names that nobody answers for would hold up all others.
 * How many are looked up at once is shared out by integration.
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

  /** All addresses of a name. Look-ups of one name for one integration at the same time are one. @throws {LookupFailed} */
  async addressesOf(hostname: string, integrationId: string): Promise<LookupAddress[]> {
    const known = this.hosts.addressesOf(hostname);
    if (known.length > 0) return known;
    // RFC 6761, section 6.3: these names are this machine, and no DNS server is asked for them.
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

  /** Asks for addresses of both families. Where one is not answered for, those of the other are all there are. */
  private async ask(hostname: string, limit: AbortSignal): Promise<LookupAddress[]> {
    // One for each look-up: it can be cancelled, and knows the servers that the system has now.
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

/** RFC 6761, section 6.3: these names are this machine, whatever a resolver says. */
export function isLocalName(hostname: string): boolean {
  return /(^|\.)localhost\.?$/i.test(hostname);
}

function saysUnknown(error: NodeJS.ErrnoException): boolean {
  return UNKNOWN.includes(error.code ?? '');
}
