import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';
import type { AuditContext } from '../../audit/audit-context.js';

/** Ends the credentials of one kind that a person has. The caller raises the `RevocationEpoch` afterwards. */
export interface OwnedCredentials {
  endOf(tx: Tx, userId: string, by: AuditContext): Promise<void>;
}

/** What people own in the running product, by kind; each module registers its own. */
@Injectable()
export class OwnedCredentialKinds {
  private readonly kinds: OwnedCredentials[] = [];

  add(kind: OwnedCredentials): void {
    this.kinds.push(kind);
  }

  /** Ends every token of a person; their sessions are for the caller. */
  async endOf(tx: Tx, userId: string, by: AuditContext): Promise<void> {
    for (const kind of this.kinds) await kind.endOf(tx, userId, by);
  }
}
