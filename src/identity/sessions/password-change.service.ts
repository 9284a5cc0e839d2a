import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import { Database, type Tx } from '../../platform/database/database.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { type AuditContext, byUser } from '../../audit/audit-context.js';
import { AuditLog } from '../../audit/audit-log.js';
import { AuthErrors, unauthorized } from '../../auth/principal/auth.errors.js';
import { RevocationEpoch } from '../../auth/credentials/revocation-epoch.js';
import { OwnedCredentialKinds } from '../../auth/credentials/owned-credentials.js';
import { companyNames } from '../companies/company-names.js';
import { Passwords } from '../passwords/passwords.js';
import { PasswordAuthenticator } from '../sign-in/password-authenticator.js';
import { invalidCredentials, UserErrors } from '../users/users.errors.js';
import { Membership } from '../users/membership.entity.js';
import { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { endSessions } from './session-ending.js';

export interface PasswordChange {
  userId: string;
  /** The session of the caller. It stays valid. */
  sessionId: string;
  current: string;
  input: string;
  /** Whether the person's personal and private tokens stay valid. */
  keepTokens: boolean;
  /** IP address of the request. */
  address: string;
}

/** Changes passwords. */
@Injectable()
export class PasswordChangeService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly signIns: PasswordAuthenticator,
    private readonly passwords: Passwords,
    private readonly owned: OwnedCredentialKinds,
    private readonly epoch: RevocationEpoch,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Sets a new password and ends all other sessions of the person.
   * It also ends their personal and private tokens, unless `keepTokens` is set, because someone who knew the
   * old password may have created them.
   * @throws VALIDATION_ERROR that names `new_password`
   * @throws INVALID_CREDENTIALS if the current password is wrong or has just changed
   * @throws RATE_LIMIT_EXCEEDED as at a sign-in
   */
  async change({ userId, sessionId, current, input, keepTokens, address }: PasswordChange): Promise<void> {
    const account = await this.users.findById(userId);
    if (!account) throw unauthorized(AuthErrors.invalidToken);
    const names = await this.namesOf(account);
    const user = await this.signIns.check({ email: account.email, password: current, address });
    const passwordHash = await this.passwords.hash(input, { path: 'new_password', names, address });
    await this.database.transaction(async (tx) => {
      const changed = await tx.write(
        'UPDATE users SET password_hash = ?, updated_at = ? WHERE id = ? AND password_hash = ?',
        [passwordHash, toSqlInstant(new Date()), userId, user.passwordHash],
      );
      if (changed === 0) throw invalidCredentials();
      await endSessions(tx, { userId, id: Not(sessionId) }, 'PASSWORD_CHANGED');
      const credential = { id: sessionId, expiresAt: null };
      const by = { ...byUser(user), address, requestId: null, credential };
      if (!keepTokens) await this.owned.endOf(tx, userId, by);
      await this.record(tx, user, by);
      await this.epoch.bump(tx);
    });
  }

  /**
   * Sets the password of a person who lost theirs or has none, on behalf of the operator. Ends all their
   * sessions and tokens.
   * @throws NOT_FOUND
   * @throws VALIDATION_ERROR for an invalid password
   */
  async reset(email: string, input: string, by: AuditContext): Promise<User> {
    const user = await this.users.findByEmail(email);
    if (!user) throw UserErrors.notFound.error({ message: `There is no user ${email}.` });
    const passwordHash = await this.passwords.hash(input, { names: await this.namesOf(user) });
    await this.database.transaction(async (tx) => {
      await tx.manager.update(User, { id: user.id }, { passwordHash, updatedAt: new Date() });
      await endSessions(tx, { userId: user.id }, 'PASSWORD_CHANGED');
      await this.owned.endOf(tx, user.id, by);
      await this.record(tx, user, by);
      await this.epoch.bump(tx);
    });
    return user;
  }

  private async namesOf({ email, defaultCompanyId }: User): Promise<string[]> {
    return [email, ...(await companyNames(this.database, defaultCompanyId))];
  }

  /** Writes to the log of each company of the person. */
  private async record(tx: Tx, user: User, by: AuditContext): Promise<void> {
    const target = { kind: 'user', id: user.id, name: user.email };
    const memberships = await tx.manager.findBy(Membership, { userId: user.id });
    await this.audit.recordMany(
      tx,
      memberships.map(({ companyId }) => ({
        ...by,
        companyId,
        action: 'password.changed',
        target,
        details: {},
      })),
    );
  }
}
