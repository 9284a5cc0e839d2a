import { Injectable } from '@nestjs/common';
import type { AuditContext } from '../../audit/audit-context.js';
import { AuditLog } from '../../audit/audit-log.js';
import { RevocationEpoch } from '../../auth/credentials/revocation-epoch.js';
import { OwnedCredentialKinds } from '../../auth/credentials/owned-credentials.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { endSessions } from '../sessions/session-ending.js';
import { companiesOf } from '../users/token-companies.js';
import { User } from '../users/user.entity.js';
import { UserErrors } from '../users/users.errors.js';
import { UsersService } from '../users/users.service.js';

/**
 * Marks an account's email address as verified, and ends the sessions and tokens that others may have created
 * before.
 */
@Injectable()
export class Verification {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly owned: OwnedCredentialKinds,
    private readonly epoch: RevocationEpoch,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Verifies an address on behalf of the operator.
   * @throws NOT_FOUND
   */
  async verifyByEmail(email: string, by: AuditContext): Promise<User> {
    const user = await this.users.findByEmail(email);
    if (!user) throw UserErrors.notFound.error({ message: `There is no user ${email}.` });
    await this.database.transaction((tx) => this.verify(tx, user, by));
    return { ...user, verified: true };
  }

  /** Marks the address as verified and ends the sessions and tokens of the account. */
  async verify(tx: Tx, { id, email }: User, by: AuditContext): Promise<void> {
    await tx.manager.update(User, { id }, { verified: true, updatedAt: new Date() });
    await endSessions(tx, { userId: id }, 'ADDRESS_VERIFIED');
    await this.owned.endOf(tx, id, by);
    const target = { kind: 'user', id, name: email };
    const entry = { ...by, action: 'user.verified' as const, target, details: {} };
    const companies = await companiesOf(tx, id);
    await this.audit.recordMany(
      tx,
      companies.map((companyId) => ({ ...entry, companyId })),
    );
    await this.epoch.bump(tx);
  }
}
