import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { Database, type Tx } from '../../platform/database/database.js';
import type { Invitation } from './invitation.entity.js';
import { byUser } from '../../audit/act.js';
import { AccessEpoch } from '../../auth/credentials/access-epoch.js';
import { AuditLog } from '../../audit/audit-log.js';
import { InvitationsService } from './invitations.service.js';
import { Membership } from '../users/membership.entity.js';
import { Passwords } from '../passwords/passwords.js';
import { SignInCheck } from '../sign-in/sign-in-check.js';
import { User } from '../users/user.entity.js';
import { UserErrors } from '../users/users.errors.js';
import { UsersService } from '../users/users.service.js';

export interface Acceptance {
  /** The token out of the invitation's link. */
  token: string;
  /** The new account's password; of someone who has an account, the one that they have. */
  password: string;
  /** Where the request came from. */
  address: string;
}

/** Makes members of those who were invited. */
@Injectable()
export class JoiningService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly invitations: InvitationsService,
    private readonly passwords: Passwords,
    private readonly signIns: SignInCheck,
    private readonly audit: AuditLog,
    private readonly epoch: AccessEpoch,
  ) {}

  /**
   * Accepts an invitation, once. It makes the account where there is none. Who invites sees the link as well, so that
   * it proves nothing of the address: an account that is there proves itself by its password, and only by the operator's
   * invitation gets one that has none; for else who sends invitations could take over an account.
   * @throws INVALID_INVITATION, VALIDATION_ERROR for a bad new password, INVALID_CREDENTIALS or RATE_LIMIT_EXCEEDED
   *   for a wrong one, CONFLICT for a member or an account that was made meanwhile.
   */
  async accept({ token, password, address }: Acceptance): Promise<{ user: User; companyId: string }> {
    const invitation = await this.invitations.find(token);
    const { email, companyId } = invitation;
    const present = await this.users.findByEmail(email);
    const getsFirstPassword = invitation.invitedBy === null && present?.passwordHash === null;
    const account =
      present && !getsFirstPassword ? await this.signIns.check({ email, password, address }) : present;
    const passwordHash = account?.passwordHash ?? (await this.passwords.hash(password));
    return this.database.transaction(async (tx) => {
      await this.invitations.use(tx, invitation);
      const user = await this.accountFor(tx, invitation, account, passwordHash);
      if (await tx.manager.existsBy(Membership, { userId: user.id, companyId }))
        throw UserErrors.alreadyMember.error();
      await this.users.join(tx, user.id, companyId, invitation.roles);
      const { id, roles } = invitation;
      const by = { ...byUser(user), address, requestId: null };
      const target = { kind: 'invitation', id, name: email };
      await this.audit.record(tx, { ...by, companyId, action: 'user.joined', target, details: { roles } });
      await this.epoch.raise(tx);
      return { user, companyId };
    });
  }

  private async accountFor(
    tx: Tx,
    { email, companyId }: Invitation,
    account: User | null,
    passwordHash: string,
  ): Promise<User> {
    if (!account) {
      if (await tx.manager.existsBy(User, { email })) throw UserErrors.emailTaken.error();
      return this.users.insert(tx, { email, passwordHash, companyId });
    }
    // As it was when the password was checked: disabled or changed meanwhile, it is left alone.
    const { affected } = await tx.manager.update(
      User,
      { id: account.id, passwordHash: account.passwordHash ?? IsNull(), disabledAt: IsNull() },
      { passwordHash, updatedAt: new Date() },
    );
    if (!affected) throw UserErrors.invalidInvitation.error();
    return { ...account, passwordHash };
  }
}
