import { LRUCache } from 'lru-cache';
import { Injectable } from '@nestjs/common';
import { type Counter, Metrics } from '../../platform/metrics/metrics.js';
import { FailureThrottle } from '../rate-limits/failure-throttle.js';
import { RevocationEpoch } from './revocation-epoch.js';

const KNOWN = 20_000;
const UNKNOWN = 20_000;
/** A change that bumps no epoch, such as a manual edit in the database, takes effect after this time. */
const KEPT_MS = 60_000;

/** Creates one cache for each kind of credential. */
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

  /** @param lookUp reads a credential from the database by hash, valid or not; undefined if there is none */
  for<Found extends object>(lookUp: (hash: string) => Promise<Found | undefined>): CredentialLookup<Found> {
    return new CredentialLookup(this.epoch, this.failures, this.checks, lookUp);
  }
}

/**
 * Looks up credentials by hash and caches the results.
 * Unknown hashes have their own cache, so random credentials evict no known one. The caller checks anything
 * that depends on the time, such as expiry, on every call.
 */
export class CredentialLookup<Found extends object> {
  private readonly known = new LRUCache<string, Found>({ max: KNOWN, ttl: KEPT_MS, ttlResolution: 1_000 });
  private readonly unknown = new LRUCache<string, true>({ max: UNKNOWN, ttl: KEPT_MS, ttlResolution: 1_000 });
  /**
   * Hashes that existed at least once. They prove that the caller is not guessing, not that the credential is
   * valid.
   */
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
   * Looks up a credential that the caller sent.
   * @param address IP address of the request
   * @throws RATE_LIMIT_EXCEEDED if the address failed too often; see `FailureThrottle.gate`
   */
  async find(hash: string, address: string): Promise<Found | undefined> {
    if (this.seen.has(hash)) return this.trusted(hash);
    return this.failures.gate(address, () => this.trusted(hash));
  }

  /**
   * Looks up a credential without the throttle. For credentials that another proof covers, such as a
   * signature.
   */
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
