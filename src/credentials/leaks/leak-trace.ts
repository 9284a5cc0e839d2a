import { Injectable } from '@nestjs/common';
import type { Job } from '../../platform/background/background.js';
import { daysAgo } from '../../platform/background/sweep.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { dialect, placeholders, rowPlaceholders } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import type { AuditContext } from '../../audit/audit-context.js';
import { RevocationEpoch } from '../../auth/credentials/revocation-epoch.js';
import { CredentialStrategies } from '../../auth/credentials/credential-strategies.js';
import { type LeakAuditContext, LeakRevokers } from '../../auth/credentials/leak-revoker.js';

/** Number of created things that one statement reads and one transaction revokes. */
const PAGE = 100;
/** Number of credentials that one transaction checks, if each created little. */
const CREDENTIALS_PER_STEP = 20;
/** Poll interval for work of other processes. Its own reports are processed at once. */
const POLL_MS = 2_000;
const KEPT_DAYS = 90;
const ROWS_PER_SWEEP = 500;

interface OpenRow {
  credential_id: string;
  after_id: string | null;
}

/**
 * Follows leaked credentials to everything that they created.
 * It revokes the credentials that a leaked one created, the ones that those created, and so on. It also
 * undoes other work of each (`LeakUndoing`). It checks each credential once for a leak, so it ends even if
 * they refer to each other.
 * Each step is one transaction that stores the progress, so any process can continue.
 */
@Injectable()
export class LeakTrace implements Job {
  readonly name = 'leak traces';
  readonly everyMs = POLL_MS;
  private wake = (): void => undefined;

  constructor(
    private readonly database: Database,
    private readonly strategies: CredentialStrategies,
    private readonly revokers: LeakRevokers,
    private readonly epoch: RevocationEpoch,
  ) {}

  wakeOn(wake: () => void): void {
    this.wake = wake;
  }

  /**
   * Starts to follow leaked credentials, in the transaction that revokes them. A credential that was reported
   * before is not followed again.
   */
  async begin(tx: Tx, credentialIds: readonly string[], by: AuditContext): Promise<void> {
    const reportedBy = JSON.stringify(withoutMoments(by));
    const at = toSqlInstant(new Date());
    const fresh = await this.unknown(tx, credentialIds);
    if (fresh.length === 0) return;
    await tx.write(
      `INSERT INTO leaks (credential_id, reported_by, reported_at) VALUES ${rowPlaceholders(fresh.length, 3)}
       ${dialect.orUpdate('credential_id', ['credential_id = leaks.credential_id'])}`,
      fresh.flatMap((id) => [id, reportedBy, at]),
    );
    for (const id of fresh) await reach(tx, id, [id]);
    tx.afterCommit(() => this.wake());
  }

  /** @returns whether there may be more work */
  async step(): Promise<boolean> {
    const [leak] = await this.database.select<{ credential_id: string }>(
      'SELECT credential_id FROM leaks WHERE finished_at IS NULL ORDER BY reported_at LIMIT 1',
    );
    if (!leak) return this.sweep();
    await this.database.transaction((tx) => this.follow(tx, leak.credential_id));
    return true;
  }

  /** Only one process at a time follows a leak. The others wait for its row. */
  private async follow(tx: Tx, leakedId: string): Promise<void> {
    const [leak] = await tx.select<{ reported_by: string; finished_at: string | null }>(
      `SELECT reported_by, finished_at FROM leaks WHERE credential_id = ? ${dialect.forUpdate}`,
      [leakedId],
    );
    if (!leak || leak.finished_at !== null) return;
    const by = { ...(JSON.parse(leak.reported_by) as AuditContext), leakedId };
    const open = await tx.select<OpenRow>(
      `SELECT credential_id, after_id FROM leak_reach WHERE leak_id = ? AND is_traced = ?
       ORDER BY credential_id LIMIT ${CREDENTIALS_PER_STEP}`,
      [leakedId, 0],
    );
    if (open.length === 0) return finish(tx, leakedId);
    let found = 0;
    for (const row of open) {
      found += await this.lookAt(tx, row, by);
      if (found >= PAGE) break;
    }
    await this.epoch.bump(tx);
  }

  /**
   * Revokes some of the things that one credential created.
   * @returns the number of things
   */
  private async lookAt(tx: Tx, row: OpenRow, by: LeakAuditContext & { leakedId: string }): Promise<number> {
    const { credential_id: id } = row;
    const made = await this.madeBy(tx, row);
    await reach(tx, by.leakedId, made);
    await this.revokers.end(tx, made, by);
    const mayBeMore = await this.revokers.undo(tx, id, PAGE, by);
    const isTraced = made.length < PAGE && !mayBeMore;
    await tx.write(
      'UPDATE leak_reach SET is_traced = ?, after_id = ? WHERE leak_id = ? AND credential_id = ?',
      [isTraced ? 1 : 0, made.at(-1) ?? row.after_id, by.leakedId, id],
    );
    return mayBeMore ? PAGE : made.length;
  }

  /**
   * Returns the next credentials that a credential created. Their ids sort by kind, because the prefix comes
   * first.
   */
  private async madeBy(tx: Tx, { credential_id: maker, after_id: after }: OpenRow): Promise<string[]> {
    const tables = this.strategies.tablesThatKeepMakers();
    const pages = tables.map(
      (table) =>
        `SELECT id FROM (SELECT id FROM ${table} WHERE made_by = ? AND id > ? ORDER BY id LIMIT ${PAGE}) ${table}_page`,
    );
    const rows = await tx.select<{ id: string }>(
      `${pages.join(' UNION ALL ')} ORDER BY id LIMIT ${PAGE}`,
      tables.flatMap(() => [maker, after ?? '']),
    );
    return rows.map(({ id }) => id);
  }

  private async unknown(tx: Tx, ids: readonly string[]): Promise<string[]> {
    const rows = await tx.select<{ credential_id: string }>(
      `SELECT credential_id FROM leaks WHERE credential_id IN (${placeholders(ids.length)})`,
      [...ids],
    );
    const known = new Set(rows.map(({ credential_id }) => credential_id));
    return [...new Set(ids)].filter((id) => !known.has(id)).sort();
  }

  /** Deletes leaks that were finished 90 days ago. */
  private async sweep(): Promise<boolean> {
    const rows = await this.database.select<{ credential_id: string }>(
      `SELECT credential_id FROM leaks WHERE finished_at < ? LIMIT ${ROWS_PER_SWEEP}`,
      [toSqlInstant(daysAgo(KEPT_DAYS))],
    );
    if (rows.length === 0) return false;
    const ids = rows.map(({ credential_id }) => credential_id);
    await this.database.write(`DELETE FROM leaks WHERE credential_id IN (${placeholders(ids.length)})`, ids);
    return true;
  }
}

/** Adds new credentials to the set that a leak reaches. */
async function reach(tx: Tx, leakedId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.write(
    `INSERT INTO leak_reach (leak_id, credential_id, is_traced) VALUES ${rowPlaceholders(ids.length, 3)}
     ${dialect.orUpdate('leak_id, credential_id', ['leak_id = leak_reach.leak_id'])}`,
    ids.flatMap((id) => [leakedId, id, 0]),
  );
}

/** Deletes the set of a leak in steps. The last step marks the leak as finished. */
async function finish(tx: Tx, leakedId: string): Promise<void> {
  const rows = await tx.select<{ credential_id: string }>(
    `SELECT credential_id FROM leak_reach WHERE leak_id = ? LIMIT ${ROWS_PER_SWEEP}`,
    [leakedId],
  );
  const ids = rows.map(({ credential_id }) => credential_id);
  if (ids.length > 0)
    await tx.write(
      `DELETE FROM leak_reach WHERE leak_id = ? AND credential_id IN (${placeholders(ids.length)})`,
      [leakedId, ...ids],
    );
  if (ids.length < ROWS_PER_SWEEP)
    await tx.write('UPDATE leaks SET finished_at = ? WHERE credential_id = ?', [
      toSqlInstant(new Date()),
      leakedId,
    ]);
}

/** Returns the part of the context that the audit log needs. */
function withoutMoments({ actor, address, requestId, credential }: AuditContext): AuditContext {
  return {
    actor,
    address,
    requestId,
    ...(credential && { credential: { id: credential.id, expiresAt: null } }),
  };
}
