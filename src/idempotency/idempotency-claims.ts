import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Config } from '../platform/config/config.js';
import { CONFIG } from '../platform/config/config.module.js';
import { isDuplicate } from '../platform/database/database-errors.js';
import { Database, type Tx } from '../platform/database/database.js';
import { toIsoInstant, toSqlInstant } from '../platform/database/instant.js';
import { DAY_MS } from '../platform/values/time.js';
import { IdempotencyErrors } from './idempotency.errors.js';
import type { CallIdentity } from './idempotent-request.js';

/** The stored response of the first successful call. */
export interface KeptAnswer {
  status: number;
  sealed: string;
}

/** The result of taking a key: this attempt owns the claim, or an earlier call has already succeeded. */
export type Claim = { owner: string } | { kept: KeptAnswer };

interface KeyRow {
  company_id: string;
  fingerprint: string;
  owner: string;
  lease_until: string;
  status: number | null;
  answer: string | null;
  expires_at: string;
}

/**
 * The lease lasts this much longer than a call may take. After it, another attempt can take over the claim of
 * a dead process.
 */
const LEASE_BEYOND_DEADLINE_MS = 15_000;
const KEPT_MS = DAY_MS;
const MAX_LOOKS = 5;
const KEYS_PER_SWEEP = 500;

/**
 * The claims on idempotency keys.
 * A claim commits before the work of the call begins. `complete` runs in the transaction of the work and
 * makes it fail if another attempt has taken over the claim. So only one of many attempts takes effect.
 * Each change compares and sets in one conditional statement. A plain read never decides about a claim.
 */
@Injectable()
export class IdempotencyClaims {
  /** Duration of a lease in milliseconds. `renew` starts it again. */
  readonly leaseMs: number;

  constructor(
    private readonly database: Database,
    @Inject(CONFIG) config: Config,
  ) {
    this.leaseMs = config.WRITE_DEADLINE_SECONDS * 1_000 + LEASE_BEYOND_DEADLINE_MS;
  }

  /**
   * Takes the key for this attempt, or returns the stored response.
   * @throws IDEMPOTENCY_IN_PROGRESS
   * @throws IDEMPOTENCY_KEY_REUSED
   */
  async take(call: CallIdentity, owner: string = randomUUID()): Promise<Claim> {
    for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
      if (await this.insert(call, owner)) return { owner };
      const row = await this.read(call.id);
      if (!row) continue;
      const now = Date.now();
      const expired = millis(row.expires_at) <= now;
      if (!expired && !isSameCall(row, call)) throw IdempotencyErrors.keyReused.error();
      if (!expired && row.status !== null) {
        return { kept: { status: Number(row.status), sealed: String(row.answer) } };
      }
      if (!expired && this.isHeld(millis(row.lease_until) - now)) throw inProgress();
      if (await this.takeOver(call, owner, row)) return { owner };
    }
    throw inProgress();
  }

  /**
   * Stores the response in the transaction of the work.
   * @throws IDEMPOTENCY_IN_PROGRESS if another attempt has taken over the claim
   */
  async complete(tx: Tx, call: CallIdentity, owner: string, answer: KeptAnswer): Promise<void> {
    const matched = await tx.write(
      `UPDATE idempotency_keys SET status = ?, answer = ?, expires_at = ?
       WHERE id = ? AND owner = ? AND status IS NULL`,
      [answer.status, answer.sealed, toSqlInstant(new Date(Date.now() + KEPT_MS)), call.id, owner],
    );
    if (matched !== 1) throw inProgress();
  }

  /**
   * Frees the key in the transaction of the work.
   * @throws IDEMPOTENCY_IN_PROGRESS if another attempt has taken over the claim
   */
  async drop(tx: Tx, call: CallIdentity, owner: string): Promise<void> {
    const matched = await tx.write(
      'DELETE FROM idempotency_keys WHERE id = ? AND owner = ? AND status IS NULL',
      [call.id, owner],
    );
    if (matched !== 1) throw inProgress();
  }

  /** Starts the lease again while the call runs. */
  async renew(call: CallIdentity, owner: string): Promise<void> {
    await this.database.write(
      'UPDATE idempotency_keys SET lease_until = ? WHERE id = ? AND owner = ? AND status IS NULL',
      [toSqlInstant(new Date(Date.now() + this.leaseMs)), call.id, owner],
    );
  }

  /** Frees the key after a failed call. */
  async release(call: CallIdentity, owner: string): Promise<void> {
    await this.database.write('DELETE FROM idempotency_keys WHERE id = ? AND owner = ? AND status IS NULL', [
      call.id,
      owner,
    ]);
  }

  /**
   * Deletes some expired keys.
   * @returns the number of keys
   */
  async sweep(): Promise<number> {
    const rows = await this.database.select<{ id: string }>(
      `SELECT id FROM idempotency_keys WHERE expires_at <= ? ORDER BY expires_at LIMIT ${KEYS_PER_SWEEP}`,
      [toSqlInstant(new Date())],
    );
    const now = toSqlInstant(new Date());
    for (const { id } of rows) {
      await this.database.write('DELETE FROM idempotency_keys WHERE id = ? AND expires_at <= ?', [id, now]);
    }
    return rows.length;
  }

  private async insert(call: CallIdentity, owner: string): Promise<boolean> {
    const now = Date.now();
    try {
      await this.database.write(
        `INSERT INTO idempotency_keys (id, company_id, fingerprint, owner, lease_until, expires_at)
         VALUES (?, ?, ?, ?, ?, ?)`,
        [call.id, call.companyId, call.fingerprint, owner, ...this.termsFrom(now)],
      );
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  private async read(id: string): Promise<KeyRow | undefined> {
    const [row] = await this.database.select<KeyRow>(
      `SELECT company_id, fingerprint, owner, lease_until, status, answer, expires_at
       FROM idempotency_keys WHERE id = ?`,
      [id],
    );
    return row;
  }

  /**
   * Takes over a claim whose lease has ended, or an expired key.
   * @returns false if another attempt was faster
   */
  private async takeOver(call: CallIdentity, owner: string, from: KeyRow): Promise<boolean> {
    const matched = await this.database.write(
      `UPDATE idempotency_keys
       SET company_id = ?, fingerprint = ?, owner = ?, status = NULL, answer = NULL, lease_until = ?, expires_at = ?
       WHERE id = ? AND owner = ? AND expires_at = ?`,
      [
        call.companyId,
        call.fingerprint,
        owner,
        ...this.termsFrom(Date.now()),
        call.id,
        from.owner,
        from.expires_at,
      ],
    );
    return matched === 1;
  }

  /** Returns the end of the lease and the expiry of the key. */
  private termsFrom(now: number): [string, string] {
    return [toSqlInstant(new Date(now + this.leaseMs)), toSqlInstant(new Date(now + KEPT_MS))];
  }

  /**
   * A lease with more time left than any lease has was written before the clock was set back. It does not
   * count.
   */
  private isHeld(msLeft: number): boolean {
    return msLeft > 0 && msLeft <= this.leaseMs;
  }
}

/** One credential of a person works in several companies, and the path does not always name the company. */
function isSameCall(row: KeyRow, call: CallIdentity): boolean {
  const fingerprints = [call.fingerprint, call.formerFingerprint];
  return row.company_id === call.companyId && fingerprints.includes(row.fingerprint);
}

function inProgress(): Error {
  return IdempotencyErrors.inProgress.error({ headers: { 'Retry-After': '1' } });
}

function millis(instant: string): number {
  return Date.parse(toIsoInstant(instant));
}
