import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';
import type { AuditContext } from '../../audit/audit-context.js';

/**
 * Revokes all credentials of one kind that a user owns. The caller bumps the `RevocationEpoch` afterwards.
 */
export interface OwnedCredentials {
  endOf(tx: Tx, userId: string, by: AuditContext): Promise<void>;
}

/** Registry of the kinds of credentials that users own. Each module registers its own kind. */
@Injectable()
export class OwnedCredentialKinds {
  private readonly kinds: OwnedCredentials[] = [];

  add(kind: OwnedCredentials): void {
    this.kinds.push(kind);
  }

  /** Revokes every token of a user. The caller ends the user's sessions. */
  async endOf(tx: Tx, userId: string, by: AuditContext): Promise<void> {
    for (const kind of this.kinds) await kind.endOf(tx, userId, by);
  }
}
