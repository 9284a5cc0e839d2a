import { LRUCache } from 'lru-cache';
import { Injectable } from '@nestjs/common';
import { type Counter, Metrics } from '../../platform/metrics/metrics.js';
import { FailureThrottle } from '../rate-limits/failure-throttle.js';
import { RevocationEpoch } from './revocation-epoch.js';

const KNOWN = 20_000;
const UNKNOWN = 20_000;
/** What changed without a word, such as by hand in the database, is seen after so long. */
const KEPT_MS = 60_000;

/** Makes a cache for each kind of credential. */
@Injectable()
export class CredentialLookups {
  private readonly checks: Counter<'source'>;

  constructor(
    private readonly epoch: RevocationEpoch,
    private readonly failures: FailureThrottle,
    metrics: Metrics,
  ) {
    this.checks = metrics.counter({
      name: 'eudr_credential_checks_total',
      help: 'Credentials checked, by whether the answer came from the cache.',
      labelNames: ['source'],
    });
  }

  /** @param lookUp finds by hash what the database holds, valid or not; undefined where there is nothing. */
  for<Found extends object>(lookUp: (hash: string) => Promise<Found | undefined>): CredentialLookup<Found> {
    return new CredentialLookup(this.epoch, this.failures, this.checks, lookUp);
  }
}

/**
 * Looks credentials up by hash, and caches what was found; unknown hashes in a cache of their own, so that random
 * credentials evict nobody. What depends on the time, such as expiry, is for the caller to judge anew each time.
 */
export class CredentialLookup<Found extends object> {
  private readonly known = new LRUCache<string, Found>({ max: KNOWN, ttl: KEPT_MS, ttlResolution: 1_000 });
  private readonly unknown = new LRUCache<string, true>({ max: UNKNOWN, ttl: KEPT_MS, ttlResolution: 1_000 });
  /** Hashes that were found once. They say nothing of validity, only that their holder does not guess. */
  private readonly seen = new LRUCache<string, true>({ max: KNOWN });

  constructor(
    private readonly epoch: RevocationEpoch,
    private readonly failures: FailureThrottle,
    private readonly checks: Counter<'source'>,
    private readonly lookUp: (hash: string) => Promise<Found | undefined>,
  ) {
    epoch.onMove(() => {
      this.known.clear();
      this.unknown.clear();
    });
  }

  /**
   * @param address where the request came from.
   * @throws RATE_LIMIT_EXCEEDED for one that failed too often, as `FailureThrottle.gate` says.
   */
  async find(hash: string, address: string): Promise<Found | undefined> {
    if (this.seen.has(hash)) return this.trusted(hash);
    return this.failures.gate(address, () => this.trusted(hash));
  }

  /** The same for what another proof vouches for, such as a signature: its holder does not guess. */
  async trusted(hash: string): Promise<Found | undefined> {
    const fresh = this.epoch.isFresh();
    const cached = fresh ? this.known.get(hash) : undefined;
    if (!cached && !(fresh && this.unknown.has(hash))) return this.look(hash);
    this.checks.inc({ source: 'cache' });
    return cached;
  }

  private async look(hash: string): Promise<Found | undefined> {
    this.checks.inc({ source: 'database' });
    const { generation } = this.epoch;
    const found = await this.lookUp(hash);
    if (found) this.seen.set(hash, true);
    if (generation === this.epoch.generation) {
      if (found) this.known.set(hash, found);
      else this.unknown.set(hash, true);
    }
    return found;
  }
}
