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

/** Injection token of the revokers, one per kind of credential. */
export const LEAK_REVOKERS = Symbol('LEAK_REVOKERS');
