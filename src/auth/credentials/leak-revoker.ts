import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';
import type { Act } from '../../audit/act.js';

/** What became of a credential that was reported. */
export interface LeakOutcome {
  hash: string;
  credentialId: string;
  outcome: 'revoked' | 'already_revoked';
}

/**
 * Revokes the credentials of one kind that are among some hashes, and tells of each that there is one. The caller
 * raises the `AccessEpoch` afterwards.
 */
export interface LeakRevoker {
  revokeByHash(tx: Tx, hashes: readonly string[], by: Act): Promise<LeakOutcome[]>;
}

/** The revokers of the running product, one per kind of credential; each module registers its own. */
@Injectable()
export class LeakRevokers {
  private readonly revokers: LeakRevoker[] = [];

  add(revoker: LeakRevoker): void {
    this.revokers.push(revoker);
  }

  all(): readonly LeakRevoker[] {
    return this.revokers;
  }
}
