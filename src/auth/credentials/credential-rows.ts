import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';
import { dialect } from '../../platform/database/dialect.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import type { AuditContext } from '../../audit/audit-context.js';
import { AuthErrors, unauthorized } from '../principal/auth.errors.js';
import { actsIn } from './acts-in.js';
import { lockStanding } from './standing.js';
import { CredentialStrategies, type CredentialTable } from './credential-strategies.js';

/** Finds the table of a credential by its id: the id's prefix names the kind. */
@Injectable()
export class CredentialRows {
  constructor(private readonly strategies: CredentialStrategies) {}

  of(credentialId: string): CredentialTable {
    const found = this.strategies.tableOf(credentialId.split('_', 1)[0] as string);
    if (!found) throw new Error(`no strategy keeps credentials such as ${credentialId}`);
    return found;
  }

  /**
   * Locks the rows that allow the actor to create something, until the transaction ends.
   * A concurrent revocation of the credential waits, and then finds what this transaction created. The actor
   * also keeps the roles that the call needs (`lockStanding`).
   * @throws TOKEN_REVOKED
   * @throws NOT_FOUND if the credential does not act in the company of the call
   * @throws every error of `lockStanding`
   */
  async holdMaker(tx: Tx, by: AuditContext): Promise<void> {
    await lockStanding(tx, by);
    if (by.credential) await this.hold(tx, by.credential.id, by.needs?.companyId);
  }

  /**
   * @throws TOKEN_REVOKED if the credential is already revoked in the database, even if the cache says
   * otherwise
   * @throws NOT_FOUND if the credential does not act in the company
   */
  private async hold(tx: Tx, credentialId: string, companyId: string | undefined): Promise<void> {
    const { table, endedAt, isBound } = this.of(credentialId);
    const [row] = await tx.select<{ ended_at: string | null }>(
      `SELECT ${endedAt} AS ended_at FROM ${table} WHERE id = ? ${dialect.forShare}`,
      [credentialId],
    );
    if (row?.ended_at !== null) throw unauthorized(AuthErrors.tokenRevoked);
    if (!isBound || companyId === undefined) return;
    // A change of the token's companies also writes the token's row, so it waits for this transaction.
    const [acting] = await tx.select(
      `SELECT 1 FROM ${table} t JOIN memberships m ON m.user_id = t.user_id
       WHERE t.id = ? AND m.company_id = ? AND ${actsIn('t', 'm')}`,
      [credentialId, companyId],
    );
    if (!acting) throw CommonErrors.notFound.error();
  }
}
