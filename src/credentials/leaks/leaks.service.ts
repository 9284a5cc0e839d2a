import { Injectable } from '@nestjs/common';
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { Job } from '../../platform/background/background.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { dialect, placeholders, rowPlaceholders } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { type AuditContext, bySystem } from '../../audit/audit-context.js';
import { RevocationEpoch } from '../../auth/credentials/revocation-epoch.js';
import { LeakRevokers } from '../../auth/credentials/leak-revoker.js';
import { hashToken } from '../../auth/credentials/token-format.js';
import { Jwts } from '../../identity/jwt/jwt.js';
import { credentialsIn } from './credentials-in-text.js';
import { LeakTrace } from './leak-trace.js';

/** Number of credentials in one step. Other requests get a turn between two steps. */
const STEP = 100;
/** Poll interval for reports that other processes accepted. Its own reports are processed at once. */
const POLL_MS = 2_000;

/** The result of a reported text. `unknown` means that it contains no known credential. */
export type LeakResult = 'revoked' | 'already_revoked' | 'unknown';

/** A credential in a text: its hash and, for a JWT of ours, the id of the credential that it names. */
interface Reported {
  hash: string;
  credentialId: string | null;
}

/**
 * Accepts reports of leaked credentials and revokes them, of every kind and company.
 * Reporters need no permission: a person with a raw credential could use it anyway. `LeakTrace` then follows
 * what the credentials created.
 */
@Injectable()
export class LeaksService implements Job {
  readonly name = 'leak reports';
  readonly everyMs = POLL_MS;
  /**
   * A leaked credential is usable until it is revoked, so the job is urgent. `LeakReportLimit` limits the
   * reports.
   */
  readonly isUrgent = true;
  private wake = (): void => undefined;
  /** The address whose reports the last step processed. */
  private served = '';

  constructor(
    private readonly database: Database,
    private readonly jwts: Jwts,
    private readonly revokers: LeakRevokers,
    private readonly trace: LeakTrace,
    private readonly epoch: RevocationEpoch,
  ) {}

  /** Stores the hashes for `step`. The response takes the same time for known and unknown credentials. */
  async accept(texts: readonly string[], address: string): Promise<void> {
    const found = distinct((await this.foundIn(texts)).flat());
    const at = toSqlInstant(new Date());
    for (let start = 0; start < found.length; start += STEP) {
      const some = found.slice(start, start + STEP);
      await this.database.write(
        `INSERT INTO leak_reports (hash, credential_id, address, reported_at) VALUES ${rowPlaceholders(some.length, 4)}
         ${dialect.orUpdate('hash', ['hash = leak_reports.hash'])}`,
        some.flatMap(({ hash, credentialId }) => [hash, credentialId, address, at]),
      );
    }
    this.wake();
  }

  wakeOn(wake: () => void): void {
    this.wake = wake;
  }

  /**
   * Processes some accepted reports: the oldest of one address. The next step takes the next address, so no
   * address blocks the others.
   * @returns whether there may be more reports
   */
  async step(): Promise<boolean> {
    const address = (await this.addressAfter(this.served)) ?? (await this.addressAfter(''));
    if (address === undefined) return false;
    this.served = address;
    const rows = await this.database.select<{ hash: string; credential_id: string | null }>(
      `SELECT hash, credential_id FROM leak_reports WHERE address = ? ORDER BY reported_at LIMIT ${STEP}`,
      [address],
    );
    if (rows.length === 0) return true;
    const some = rows.map(({ hash, credential_id: credentialId }) => ({ hash, credentialId }));
    const hashes = some.map(({ hash }) => hash);
    await this.database.transaction(async (tx) => {
      await tx.write(`DELETE FROM leak_reports WHERE hash IN (${placeholders(hashes.length)})`, hashes);
      await this.revoke(tx, some, bySystem('leak report', address));
    });
    return true;
  }

  private async addressAfter(address: string): Promise<string | undefined> {
    const [row] = await this.database.select<{ address: string }>(
      'SELECT address FROM leak_reports WHERE address > ? ORDER BY address LIMIT 1',
      [address],
    );
    return row?.address;
  }

  /**
   * Revokes what an operator reports, at once.
   * @returns the result of each text, in the same order
   */
  async report(texts: readonly string[], by: AuditContext): Promise<LeakResult[]> {
    const found = await this.foundIn(texts);
    const all = distinct(found.flat());
    const results = new Map<string, LeakResult>();
    for (let start = 0; start < all.length; start += STEP) {
      const some = all.slice(start, start + STEP);
      const outcomes = await this.database.transaction((tx) => this.revoke(tx, some, by));
      for (const [hash, outcome] of outcomes) results.set(hash, outcome);
      await othersTurn();
    }
    return found.map((some) => together(some.map(({ hash }) => results.get(hash))));
  }

  /** @returns the results of known credentials, by hash */
  private async revoke(tx: Tx, reported: Reported[], by: AuditContext): Promise<Map<string, LeakResult>> {
    const hashes = reported.filter(({ credentialId }) => credentialId === null).map(({ hash }) => hash);
    const idOf = new Map<string, string>();
    for (const { hash, credentialId } of reported) if (credentialId !== null) idOf.set(hash, credentialId);
    for (const { hash, credentialId } of await this.revokers.findByHash(tx, hashes))
      idOf.set(hash, credentialId);
    if (idOf.size === 0) return new Map();
    const ended = await this.end(tx, [...new Set(idOf.values())], by);
    const outcomeOf = (id: string): LeakResult => (ended.has(id) ? 'revoked' : 'already_revoked');
    return new Map([...idOf].map(([hash, id]) => [hash, outcomeOf(id)]));
  }

  /** @returns the ids of the credentials that were still active */
  private async end(tx: Tx, ids: string[], by: AuditContext): Promise<Set<string>> {
    const ended = await this.revokers.end(tx, ids.sort(), { ...by, leakedId: null });
    await this.trace.begin(tx, ids, by);
    await this.epoch.bump(tx);
    return new Set(ended);
  }

  /**
   * Finds the credentials in each text. It pauses between texts, so a large report blocks no other request.
   */
  private async foundIn(texts: readonly string[]): Promise<Reported[][]> {
    const known = new Map<string, Reported>();
    const found: Reported[][] = [];
    for (const [index, text] of texts.entries()) {
      if (index % STEP === STEP - 1) await othersTurn();
      const raws = credentialsIn(text);
      const fresh = raws.filter((raw) => !known.has(raw));
      const reported = await Promise.all(fresh.map((raw) => this.reported(raw)));
      fresh.forEach((raw, position) => known.set(raw, reported[position] as Reported));
      found.push(raws.map((raw) => known.get(raw) as Reported));
    }
    return found;
  }

  /** Verifies a JWT before it uses the session that the JWT names, because ids are not secret. */

  private async reported(raw: string): Promise<Reported> {
    const credentialId = raw.includes('.') ? await this.jwts.credentialOf(raw) : undefined;
    return { hash: hashToken(raw), credentialId: credentialId ?? null };
  }
}

/** Sorts by hash, so concurrent reports lock rows in the same order. */
function distinct(reported: readonly Reported[]): Reported[] {
  const byHash = new Map(reported.map((one) => [one.hash, one]));
  return [...byHash.values()].sort((one, other) => (one.hash < other.hash ? -1 : 1));
}

/** Returns the result of a text with several credentials. */
function together(results: readonly (LeakResult | undefined)[]): LeakResult {
  if (results.includes('revoked')) return 'revoked';
  return results.includes('already_revoked') ? 'already_revoked' : 'unknown';
}
