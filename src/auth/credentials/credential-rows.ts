import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';
import { dialect } from '../../platform/database/dialect.js';
import type { Act } from '../../audit/act.js';
import { AuthErrors, unauthorized } from '../principal/auth.errors.js';
import { CredentialStrategies, type CredentialTable } from './credential-strategies.js';

/** Finds the row of any credential by its id, the prefix of which tells the kind. */
@Injectable()
export class CredentialRows {
  constructor(private readonly strategies: CredentialStrategies) {}

  of(credentialId: string): CredentialTable {
    const found = this.strategies.tableOf(credentialId.split('_', 1)[0] as string);
    if (!found) throw new Error(`no strategy keeps credentials such as ${credentialId}`);
    return found;
  }

  /** The same for the credential by which something is made, where it is by one, so that its revocation finds what it made. */
  async holdMaker(tx: Tx, { credential }: Act): Promise<void> {
    if (credential) await this.hold(tx, credential.id);
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
