import type { Logger } from '../logging/logger.js';
import { codeOf } from './database-errors.js';

/**
 * An outage ends with the first success this long after the last failure. A database that comes and goes does
 * not fill the log.
 */
const QUIET_MS = 1_000;

/** Logs once that the database is away for reads or for writes, and once that it is back. */
export class Outage {
  private since: number | undefined;
  private failedAt = 0;

  constructor(
    private readonly of: 'reads' | 'writes',
    private readonly logger: Logger | undefined,
  ) {}

  failed(error: unknown): void {
    this.failedAt = Date.now();
    if (this.since !== undefined) return;
    this.since = this.failedAt;
    const since = new Date(this.since).toISOString();
    this.logger?.error({ for: this.of, code: codeOf(error) }, `database unreachable since ${since}`);
  }

  worked(): void {
    if (this.since === undefined || Date.now() - this.failedAt < QUIET_MS) return;
    const seconds = Math.round((Date.now() - this.since) / 1_000);
    this.since = undefined;
    this.logger?.warn({ for: this.of, seconds }, `database reachable again after ${seconds} s`);
  }
}
