import type { LookupAddress } from 'node:dns';
import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';

const CHECK_MS = 1_000;
/** A larger file is not a hosts file, so it is not read. */
const MAX_BYTES = 1024 * 1024;

/** Host names and addresses in the machine's hosts file (hosts(5)), which a DNS resolver does not know. */
export class HostsFile {
  private names = new Map<string, LookupAddress[]>();
  private checkedAt = -Infinity;
  private readAt = NaN;

  constructor(private readonly path = '/etc/hosts') {}

  /** Returns the addresses of a name in the order of the file; empty if the file has none. */
  addressesOf(hostname: string): LookupAddress[] {
    this.refresh();
    return this.names.get(hostname.toLowerCase().replace(/\.$/, '')) ?? [];
  }

  private refresh(): void {
    if (performance.now() - this.checkedAt < CHECK_MS) return;
    this.checkedAt = performance.now();
    try {
      const { mtimeMs, size } = statSync(this.path);
      if (mtimeMs === this.readAt) return;
      this.readAt = mtimeMs;
      this.names = namesIn(size <= MAX_BYTES ? readFileSync(this.path, 'utf8') : '');
    } catch {
      this.names = new Map();
    }
  }
}

function namesIn(text: string): Map<string, LookupAddress[]> {
  const found = new Map<string, LookupAddress[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = (line.split('#')[0] as string).trim().split(/\s+/);
    const family = isIP(address);
    for (const name of family === 0 ? [] : names.map((given) => given.toLowerCase())) {
      found.set(name, [...(found.get(name) ?? []), { address, family }]);
    }
  }
  return found;
}
