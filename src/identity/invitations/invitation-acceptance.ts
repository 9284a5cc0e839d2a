import { RevocationEpoch } from '../../auth/credentials/revocation-epoch.js';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { Database, type Tx } from '../../platform/database/database.js';
import { type AuditContext, byUser } from '../../audit/audit-context.js';
import { AuditLog } from '../../audit/audit-log.js';
import { InvitationsService, type ShownInvitation } from './invitations.service.js';
import { Membership } from '../users/membership.entity.js';
import { companyNames } from '../companies/company-names.js';
import { Passwords } from '../passwords/passwords.js';
import { PasswordAuthenticator } from '../sign-in/password-authenticator.js';
import { User } from '../users/user.entity.js';
import { Verification } from './verification.js';
import { UserErrors } from '../users/users.errors.js';
import { UsersService } from '../users/users.service.js';

export interface Acceptance {
  /** The token in the invitation's link. */
  token: string;
  /** The password for the new account, or the present password of an existing account. */
  password: string;
  /** IP address of the request. */
  address: string;
}

/** Turns accepted invitations into memberships. */
@Injectable()
export class InvitationAcceptance {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly invitations: InvitationsService,
    private readonly passwords: Passwords,
    private readonly signIns: PasswordAuthenticator,
    private readonly verification: Verification,
    private readonly epoch: RevocationEpoch,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Accepts an invitation, once. It creates the account if there is none.
   * The link in the mail proves control of the address. If the account is not verified, this link sets a new
   * password and ends everything that was created before.
   * The inviter also sees a link, which therefore proves nothing. With that link, an existing account must be
   * verified and must supply its password.
   * An account without a password gets its first one through the mailed link or the operator's link. An
   * inviter's link cannot set it; otherwise an inviter could take over the account.
   * The rules for new passwords are checked first, so a refusal does not reveal whether an account exists.
   * @throws INVALID_INVITATION
   * @throws VALIDATION_ERROR if the password breaks the rules
   * @throws INVALID_CREDENTIALS or RATE_LIMIT_EXCEEDED for a wrong password
   * @throws MAILED_LINK_NEEDED
   * @throws LIMIT_REACHED
   * @throws CONFLICT if the person is already a member, or if the account was created meanwhile
   */
  async accept({ token, password, address }: Acceptance): Promise<{ user: User; companyId: string }> {
    const shown = await this.invitations.find(token);
    const { companyId } = shown.invitation;
    const names = [shown.invitation.email, ...(await companyNames(this.database, companyId))];
    await this.passwords.requireGood(password, { names });
    const account = await this.accountOf(shown, { password, address });
    const passwordHash = account?.passwordHash ?? (await this.passwords.rehash(password, address));
    return this.database.transaction(async (tx) => {
      await this.invitations.use(tx, shown.invitation);
      const user = await this.accountFor(tx, shown, account, passwordHash);
      if (await tx.manager.existsBy(Membership, { userId: user.id, companyId }))
        throw UserErrors.alreadyMember.error();
      await this.users.join(tx, user.id, companyId, shown.invitation.roles);
      const by = { ...byUser(user), address, requestId: null };
      await this.record(tx, shown, by);
      if (account && !account.verified && shown.mailed) await this.verification.verify(tx, user, by);
      await this.epoch.bump(tx);
      return { user, companyId };
    });
  }

  /** Returns the existing account. `passwordHash` is null if the account gets a new password. */
  private async accountOf(
    { invitation, mailed }: ShownInvitation,
    { password, address }: Omit<Acceptance, 'token'>,
  ): Promise<Found | null> {
    const { email, invitedBy } = invitation;
    const present = await this.users.findByEmail(email);
    if (!present) return null;
    const replaced = present.passwordHash;
    const isFirst = replaced === null && (mailed || invitedBy === null);
    if (isFirst || (mailed && !present.verified)) return { ...present, passwordHash: null, replaced };
    const user = await this.signIns.check({ email, password, address });
    if (!user.verified && !mailed) throw UserErrors.mailedLinkNeeded.error();
    return { ...user, replaced: user.passwordHash };
  }

  private async accountFor(
    tx: Tx,
    { invitation: { email, companyId }, mailed }: ShownInvitation,
    account: Found | null,
    passwordHash: string,
  ): Promise<User> {
    if (!account) {
      if (await tx.manager.existsBy(User, { email })) throw UserErrors.emailTaken.error();
      return this.users.insert(tx, { email, passwordHash, companyId, verified: mailed });
    }
    // The condition checks that the account has not changed since it was read. A disabled or changed account
    // stays as it is.
    const { replaced, ...user } = account;
    const { affected } = await tx.manager.update(
      User,
      { id: user.id, passwordHash: replaced ?? IsNull(), disabledAt: IsNull() },
      { passwordHash, updatedAt: new Date() },
    );
    if (!affected) throw UserErrors.invalidInvitation.error();
    return { ...user, passwordHash };
  }

  private record(tx: Tx, { invitation, mailed }: ShownInvitation, by: AuditContext): Promise<void> {
    const { id, companyId, email, roles } = invitation;
    const target = { kind: 'invitation', id, name: email };
    const details = { roles, link: mailed ? 'mailed' : 'shown' };
    return this.audit.record(tx, { ...by, companyId, action: 'user.joined', target, details });
  }
}

/** An account with the password hash that it keeps, and the hash that it has until then. */
type Found = User & { replaced: string | null };
