import { Injectable } from '@nestjs/common';
import type { Job } from '../../platform/background/background.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { dialect, placeholders, rowPlaceholders } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { groupBy } from '../../platform/values/group-by.js';
import { type Act, bySystem } from '../../audit/act.js';
import { AccessEpoch } from '../../auth/credentials/access-epoch.js';
import { RevocationHooks } from '../../auth/credentials/revocation-hooks.js';
import { hashToken } from '../../auth/credentials/token-format.js';
import { type LeakOutcome, LeakRevokers } from '../../auth/credentials/leak-revoker.js';
import { credentialsIn } from './credentials-in-text.js';

const STEP = 500;
/** So soon the reports are found that another process took; its own are dealt with at once. */
const POLL_MS = 2_000;

/** What became of a reported text: `unknown` where no credential of any kind is that. */
export type LeakResult = LeakOutcome['outcome'] | 'unknown';

/**
 * Takes reports of leaked credentials and revokes what they name, of whatever kind and company: whoever has a raw
 * credential could use it, and may as well end it.
 */
@Injectable()
export class LeaksService implements Job {
  readonly name = 'leak reports';
  readonly everyMs = POLL_MS;
  private wake = (): void => undefined;

  constructor(
    private readonly database: Database,
    private readonly revokers: LeakRevokers,
    private readonly hooks: RevocationHooks,
    private readonly epoch: AccessEpoch,
  ) {}

  /** Keeps the hashes for `step`, so that the answer takes the same time whether they are known or not. */
  async accept(texts: readonly string[], address: string): Promise<void> {
    const hashes = distinct(texts.flatMap(hashesIn));
    const at = toSqlInstant(new Date());
    for (let start = 0; start < hashes.length; start += STEP) {
      const some = hashes.slice(start, start + STEP);
      await this.database.write(
        `INSERT INTO leak_reports (hash, address, reported_at) VALUES ${rowPlaceholders(some.length, 3)}
         ${dialect.orUpdate('hash', [`reported_at = ${dialect.inserted('reported_at')}`])}`,
        some.flatMap((hash) => [hash, address, at]),
      );
    }
    this.wake();
  }

  wakeOn(wake: () => void): void {
    this.wake = wake;
  }

  /** Deals with some of the reports that were accepted. @returns whether there may be more. */
  async step(): Promise<boolean> {
    const reports = await this.database.select<{ hash: string; address: string }>(
      `SELECT hash, address FROM leak_reports ORDER BY reported_at LIMIT ${STEP}`,
    );
    for (const [address, hashes] of byAddress(reports)) {
      await this.database.transaction(async (tx) => {
        await tx.write(`DELETE FROM leak_reports WHERE hash IN (${placeholders(hashes.length)})`, hashes);
        await this.revoke(tx, hashes, bySystem('leak report', address));
      });
    }
    return reports.length === STEP;
  }

  /** Revokes at once what an operator reports. @returns what became of each text, in the order given. */
  async report(texts: readonly string[], by: Act): Promise<LeakResult[]> {
    const found = texts.map(hashesIn);
    const hashes = distinct(found.flat());
    const results = new Map<string, LeakResult>();
    for (let start = 0; start < hashes.length; start += STEP) {
      const some = hashes.slice(start, start + STEP);
      const outcomes = await this.database.transaction((tx) => this.revoke(tx, some, by));
      for (const { hash, outcome } of outcomes) results.set(hash, outcome);
    }
    return found.map((some) => together(some.map((hash) => results.get(hash))));
  }

  /** Whatever kind it is of, a leaked credential takes the webhooks with it that it made. */
  private async revoke(tx: Tx, hashes: readonly string[], by: Act): Promise<LeakOutcome[]> {
    const outcomes: LeakOutcome[] = [];
    for (const revoker of this.revokers.all()) outcomes.push(...(await revoker.revokeByHash(tx, hashes, by)));
    const ids = outcomes.map(({ credentialId }) => credentialId);
    if (ids.length === 0) return [];
    await this.hooks.runRevoked(tx, ids, { disableWebhooks: true });
    await this.epoch.raise(tx);
    return outcomes;
  }
}

function hashesIn(text: string): string[] {
  return credentialsIn(text).map(hashToken);
}

/** Sorted, so that reports at once lock rows in one order. */
function distinct(hashes: readonly string[]): string[] {
  return [...new Set(hashes)].sort();
}

/** What became of a text that may hold several credentials. */
function together(results: readonly (LeakResult | undefined)[]): LeakResult {
  if (results.includes('revoked')) return 'revoked';
  return results.includes('already_revoked') ? 'already_revoked' : 'unknown';
}

function byAddress(reports: { hash: string; address: string }[]): Map<string, string[]> {
  const groups = groupBy(reports, ({ address }) => address);
  return new Map([...groups].map(([address, group]) => [address, group.map(({ hash }) => hash)]));
}
