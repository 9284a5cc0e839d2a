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

/** An answer as it was given first. */
export interface KeptAnswer {
  status: number;
  sealed: string;
}

/** What a caller finds under their key: it is theirs to carry out, or it was carried out already. */
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

/** How much longer a claim is left to its owner than a call may take; a claim whose process died is free after it. */
const LEASE_BEYOND_DEADLINE_MS = 15_000;
const KEPT_MS = DAY_MS;
const MAX_LOOKS = 5;
const KEYS_PER_SWEEP = 500;

/**
 * The claims on idempotency keys. A claim commits before the call's work begins; `complete` belongs to the work's
 * own transaction and fails it where the claim has been taken over, so that of any number of attempts one takes
 * effect. Whatever is compared and set is one conditional statement: no claim is decided by a read.
 */
@Injectable()
export class IdempotencyClaims {
  /** How long a claim is left to its owner, unless it is renewed. */
  readonly leaseMs: number;

  constructor(
    private readonly database: Database,
    @Inject(CONFIG) config: Config,
  ) {
    this.leaseMs = config.WRITE_DEADLINE_SECONDS * 1_000 + LEASE_BEYOND_DEADLINE_MS;
  }

  /** @throws IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED */
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

  /** Keeps the answer, in the transaction of what it answers. @throws IDEMPOTENCY_IN_PROGRESS when taken over. */
  async complete(tx: Tx, call: CallIdentity, owner: string, answer: KeptAnswer): Promise<void> {
    const matched = await tx.write(
      `UPDATE idempotency_keys SET status = ?, answer = ?, expires_at = ?
       WHERE id = ? AND owner = ? AND status IS NULL`,
      [answer.status, answer.sealed, toSqlInstant(new Date(Date.now() + KEPT_MS)), call.id, owner],
    );
    if (matched !== 1) throw inProgress();
  }

  /** Frees the key in the call's own transaction. @throws IDEMPOTENCY_IN_PROGRESS when taken over. */
  async drop(tx: Tx, call: CallIdentity, owner: string): Promise<void> {
    const matched = await tx.write(
      'DELETE FROM idempotency_keys WHERE id = ? AND owner = ? AND status IS NULL',
      [call.id, owner],
    );
    if (matched !== 1) throw inProgress();
  }

  /** Begins the lease anew while the call runs. */
  async renew(call: CallIdentity, owner: string): Promise<void> {
    await this.database.write(
      'UPDATE idempotency_keys SET lease_until = ? WHERE id = ? AND owner = ? AND status IS NULL',
      [toSqlInstant(new Date(Date.now() + this.leaseMs)), call.id, owner],
    );
  }

  /** Leaves the key free after a call that failed. */
  async release(call: CallIdentity, owner: string): Promise<void> {
    await this.database.write('DELETE FROM idempotency_keys WHERE id = ? AND owner = ? AND status IS NULL', [
      call.id,
      owner,
    ]);
  }

  /** Forgets some keys whose time is over. @returns how many. */
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

  /** Takes a claim whose owner is gone, or a key whose time is over, unless someone else was faster. */
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

  /** When the lease of a claim ends, and when the key is forgotten. */
  private termsFrom(now: number): [string, string] {
    return [toSqlInstant(new Date(now + this.leaseMs)), toSqlInstant(new Date(now + KEPT_MS))];
  }

  /** A lease that ends later than any could was written before the clock was set back: nobody knows its end. */
  private isHeld(msLeft: number): boolean {
    return msLeft > 0 && msLeft <= this.leaseMs;
  }
}

/** A person may call for several companies by one credential: the path does not always name the company. */
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
