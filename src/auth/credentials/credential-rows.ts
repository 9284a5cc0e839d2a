import { Inject, Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';
import { dialect } from '../../platform/database/dialect.js';
import { AuthErrors, unauthorized } from '../principal/auth.errors.js';
import { CREDENTIAL_STRATEGIES, type CredentialStrategy } from './authenticator.js';

/** Where the credentials of one kind are kept. */
export interface KeptIn {
  table: string;
  /** Column of the moment since when one works no more. */
  endedAt: string;
  /** Whether the table remembers when one was last used, in `last_used_at`. */
  remembersUse: boolean;
}

/** Finds the row of any credential by its id, the prefix of which tells the kind. */
@Injectable()
export class CredentialRows {
  private readonly byPrefix: Map<string, KeptIn>;

  constructor(@Inject(CREDENTIAL_STRATEGIES) strategies: CredentialStrategy[]) {
    this.byPrefix = new Map(strategies.flatMap(({ kept }) => Object.entries(kept)));
  }

  of(credentialId: string): KeptIn {
    const kept = this.byPrefix.get(credentialId.split('_', 1)[0] as string);
    if (!kept) throw new Error(`no strategy keeps credentials such as ${credentialId}`);
    return kept;
  }

  /**
   * Keeps a credential from being ended until the transaction is over, for what its ending must find when it comes.
   * @throws TOKEN_REVOKED where it came already, whatever this process's cache says.
   */
  async hold(tx: Tx, credentialId: string): Promise<void> {
    const { table, endedAt } = this.of(credentialId);
    const [row] = await tx.select<{ ended_at: string | null }>(
      `SELECT ${endedAt} AS ended_at FROM ${table} WHERE id = ? ${dialect.forShare}`,
      [credentialId],
    );
    if (row?.ended_at !== null) throw unauthorized(AuthErrors.tokenRevoked);
  }
}
