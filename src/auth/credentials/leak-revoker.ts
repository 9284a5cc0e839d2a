import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';
import type { AuditContext } from '../../audit/audit-context.js';

/** A credential, and the hash under which it is kept. */
export interface HashedCredential {
  hash: string;
  credentialId: string;
}

/** An act that a leak demands. */
export interface LeakAuditContext extends AuditContext {
  /** The leaked credential that made what is ended, through any number between them; null: what is ended leaked itself. */
  leakedId: string | null;
}

/** Finds and ends the credentials of one kind that leaked, or that a leaked one made. */
export interface LeakRevoker {
  /** Prefixes of the ids of its credentials. */
  readonly revokes: readonly string[];

  findByHash(tx: Tx, hashes: readonly string[]): Promise<HashedCredential[]>;

  /** The caller raises the `RevocationEpoch` afterwards. @returns the ids of those that had not ended before. */
  endLeaked(tx: Tx, ids: readonly string[], by: LeakAuditContext): Promise<string[]>;
}

/**
 * Undoes what else a leaked credential did, such as the webhooks that it made, at most so many in one call.
 * @returns how many; less than `limit` where no more are left.
 */
export type LeakUndoing = (
  tx: Tx,
  credentialId: string,
  limit: number,
  by: LeakAuditContext,
) => Promise<number>;

/** What the audit log says of a credential or a thing of that leak. @param id of the credential that is ended. */
export function leakDetails({ leakedId }: LeakAuditContext, id: string): { leaked: string } {
  return { leaked: leakedId ?? id };
}

/** What the modules of the running product do about leaks; each registers its own. */
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

  /** Among some hashes, the credentials of any kind. */
  async findByHash(tx: Tx, hashes: readonly string[]): Promise<HashedCredential[]> {
    const found: HashedCredential[] = [];
    for (const revoker of this.revokers) found.push(...(await revoker.findByHash(tx, hashes)));
    return found;
  }

  /** Ends credentials of any kind. @returns the ids of those that had not ended before. */
  async end(tx: Tx, ids: readonly string[], by: LeakAuditContext): Promise<string[]> {
    const ended: string[] = [];
    for (const revoker of this.revokers) {
      const its = ids.filter((id) => revoker.revokes.some((prefix) => id.startsWith(`${prefix}_`)));
      if (its.length > 0) ended.push(...(await revoker.endLeaked(tx, its, by)));
    }
    return ended;
  }

  /** Undoes what else one did, at most so much of each kind. @returns whether there may be more. */
  async undo(tx: Tx, credentialId: string, limit: number, by: LeakAuditContext): Promise<boolean> {
    let mayBeMore = false;
    for (const undoing of this.undoings) {
      if ((await undoing(tx, credentialId, limit, by)) === limit) mayBeMore = true;
    }
    return mayBeMore;
  }
}
