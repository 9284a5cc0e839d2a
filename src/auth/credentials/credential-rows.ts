import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';
import { dialect } from '../../platform/database/dialect.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import type { AuditContext } from '../../audit/audit-context.js';
import { AuthErrors, unauthorized } from '../principal/auth.errors.js';
import { actsIn } from './acts-in.js';
import { lockStanding } from './standing.js';
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

  /**
   * Keeps who makes something able to, until the transaction is over: the credential by which it is made is not ended
   * meanwhile, so that its ending finds what it made, and acts in the company that the call is about; and its owner
   * keeps what the call needs (`lockStanding`).
   * @throws what `lockStanding` throws, TOKEN_REVOKED, and NOT_FOUND for a company in which the credential does not act.
   */
  async holdMaker(tx: Tx, by: AuditContext): Promise<void> {
    await lockStanding(tx, by);
    if (by.credential) await this.hold(tx, by.credential.id, by.needs?.companyId);
  }

  /** @throws TOKEN_REVOKED where the credential has ended already, whatever this process's cache says; NOT_FOUND. */
  private async hold(tx: Tx, credentialId: string, companyId: string | undefined): Promise<void> {
    const { table, endedAt, isBound } = this.of(credentialId);
    const [row] = await tx.select<{ ended_at: string | null }>(
      `SELECT ${endedAt} AS ended_at FROM ${table} WHERE id = ? ${dialect.forShare}`,
      [credentialId],
    );
    if (row?.ended_at !== null) throw unauthorized(AuthErrors.tokenRevoked);
    if (!isBound || companyId === undefined) return;
    // Who binds it to others writes its row too, and so waits for this transaction.
    const [acting] = await tx.select(
      `SELECT 1 FROM ${table} t JOIN memberships m ON m.user_id = t.user_id
       WHERE t.id = ? AND m.company_id = ? AND ${actsIn('t', 'm')}`,
      [credentialId, companyId],
    );
    if (!acting) throw CommonErrors.notFound.error();
  }
}
