import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';
import type { AuditContext } from '../../audit/audit-context.js';

/** A credential and its stored hash. */
export interface HashedCredential {
  hash: string;
  credentialId: string;
}

/** The audit context of a revocation that a leak caused. */
export interface LeakAuditContext extends AuditContext {
  /**
   * Id of the leaked credential that created the revoked one, directly or through others. Null if the revoked
   * one leaked itself.
   */
  leakedId: string | null;
}

/** Finds and revokes the credentials of one kind that leaked, or that a leaked credential created. */
export interface LeakRevoker {
  /** Id prefixes of its credentials. */
  readonly revokes: readonly string[];

  findByHash(tx: Tx, hashes: readonly string[]): Promise<HashedCredential[]>;

  /**
   * Revokes credentials. The caller bumps the `RevocationEpoch` afterwards.
   * @returns the ids of the credentials that were still active
   */
  endLeaked(tx: Tx, ids: readonly string[], by: LeakAuditContext): Promise<string[]>;
}

/**
 * Undoes other work of a leaked credential, such as the webhooks that it created. One call undoes at most
 * `limit` items.
 * @returns the number of items undone; less than `limit` means that none are left
 */
export type LeakUndoing = (
  tx: Tx,
  credentialId: string,
  limit: number,
  by: LeakAuditContext,
) => Promise<number>;

/**
 * Returns the audit details of a revocation after a leak.
 * @param id id of the revoked credential
 */
export function leakDetails({ leakedId }: LeakAuditContext, id: string): { leaked: string } {
  return { leaked: leakedId ?? id };
}

/** Registry of what modules do about leaks. Each module registers its own part. */
@Injectable()
export class LeakRevokers {
  private readonly revokers: LeakRevoker[] = [];
  private readonly undoings: LeakUndoing[] = [];

  add(revoker: LeakRevoker): void {
    this.revokers.push(revoker);
  }

  onLeaked(undoing: LeakUndoing): void {
    this.undoings.push(undoing);
  }

  /** Finds the credentials of any kind by their hashes. */
  async findByHash(tx: Tx, hashes: readonly string[]): Promise<HashedCredential[]> {
    const found: HashedCredential[] = [];
    for (const revoker of this.revokers) found.push(...(await revoker.findByHash(tx, hashes)));
    return found;
  }

  /**
   * Revokes credentials of any kind.
   * @returns the ids of the credentials that were still active
   */
  async end(tx: Tx, ids: readonly string[], by: LeakAuditContext): Promise<string[]> {
    const ended: string[] = [];
    for (const revoker of this.revokers) {
      const its = ids.filter((id) => revoker.revokes.some((prefix) => id.startsWith(`${prefix}_`)));
      if (its.length > 0) ended.push(...(await revoker.endLeaked(tx, its, by)));
    }
    return ended;
  }

  /**
   * Undoes other work of one credential, at most `limit` items of each kind.
   * @returns whether more may be left
   */
  async undo(tx: Tx, credentialId: string, limit: number, by: LeakAuditContext): Promise<boolean> {
    let mayBeMore = false;
    for (const undoing of this.undoings) {
      if ((await undoing(tx, credentialId, limit, by)) === limit) mayBeMore = true;
    }
    return mayBeMore;
  }
}
