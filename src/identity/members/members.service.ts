import { Injectable } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';
import type { Tx } from '../../platform/database/database.js';
import { dialect } from '../../platform/database/dialect.js';
import type { AuditContext } from '../../audit/audit-context.js';
import type { AuditAction } from '../../audit/audit-actions.js';
import { AuditLog } from '../../audit/audit-log.js';
import { RevocationEpoch } from '../../auth/credentials/revocation-epoch.js';
import { endSessions } from '../sessions/session-ending.js';
import { LockedMembers } from './locked-members.js';
import { Membership } from '../users/membership.entity.js';
import type { Role } from '../../auth/principal/roles.js';
import { User } from '../users/user.entity.js';
import { UserErrors } from '../users/users.errors.js';
import { type Member, requireRoles, UsersService } from '../users/users.service.js';

/** Which member of which company is changed, in whose act: that of another member, or their own. */
export interface MemberChange {
  companyId: string;
  userId: string;
  by: AuditContext;
}

/**
 * Changes what members may do. Two rules hold in every order of events: nobody grants or takes away a role that
 * they do not have at that moment, and a company keeps one administrator who can sign in.
 */
@Injectable()
export class MembersService {
  constructor(
    private readonly users: UsersService,
    private readonly epoch: RevocationEpoch,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Sets all roles of a member; only those that change must be held by who changes them.
   * @throws NOT_FOUND, FORBIDDEN, CONFLICT for the last administrator, VALIDATION_ERROR for no role.
   */
  async setRoles(tx: Tx, { companyId, userId, by }: MemberChange, input: readonly Role[]): Promise<Member> {
    const roles = requireRoles(input);
    const members = await LockedMembers.of(tx, companyId);
    const present = members.rolesOf(userId);
    members.requireHolder(by.actor, difference(present, roles));
    if (!roles.includes('ROLE_ADMIN')) members.requireAdminBeside(userId);
    await tx.manager.update(Membership, { companyId, userId }, { roles, updatedAt: new Date() });
    const member = await this.users.member(tx, companyId, userId);
    await this.record(tx, by, 'user.roles_changed', companyId, member, { before: present, after: roles });
    await this.epoch.bump(tx);
    return member;
  }

  /**
   * Ends a membership, and the person's sessions in the company with it; their account stays.
   * @throws NOT_FOUND, FORBIDDEN, CONFLICT for the last administrator.
   */
  async remove(tx: Tx, { companyId, userId, by }: MemberChange): Promise<void> {
    const members = await LockedMembers.of(tx, companyId);
    members.requireHolder(by.actor, members.rolesOf(userId));
    members.requireAdminBeside(userId);
    const member = await this.users.member(tx, companyId, userId);
    await tx.manager.delete(Membership, { companyId, userId });
    await endSessions(tx, { userId, companyId }, 'MEMBERSHIP_REMOVED');
    await this.record(tx, by, 'user.removed', companyId, member, { roles: member.roles });
    await this.epoch.bump(tx);
  }

  /**
   * Has nothing of a person's work any more, in any company; so who does it must be able to in all of them. Their
   * sessions end and do not come back when they are enabled again.
   * @throws NOT_FOUND, FORBIDDEN, CONFLICT for the last administrator of any company or for a member elsewhere.
   */
  async disable(tx: Tx, change: MemberChange): Promise<Member> {
    const everywhere = await this.everywhere(tx, change);
    for (const { members } of everywhere) members.requireAdminBeside(change.userId);
    await this.setDisabled(tx, change.userId, new Date());
    await endSessions(tx, { userId: change.userId }, 'USER_DISABLED');
    const member = await this.users.member(tx, change.companyId, change.userId);
    await this.recordIn(tx, everywhere, change, 'user.disabled', member);
    await this.epoch.bump(tx);
    return member;
  }

  /**
   * Lets a disabled person sign in again. Their roles are as before, and the personal and private tokens that had not ended
   * work again; sessions and tokens that ended stay ended.
   * @throws NOT_FOUND, FORBIDDEN, CONFLICT for a member elsewhere.
   */
  async enable(tx: Tx, change: MemberChange): Promise<Member> {
    const everywhere = await this.everywhere(tx, change);
    await this.setDisabled(tx, change.userId, null);
    const member = await this.users.member(tx, change.companyId, change.userId);
    await this.recordIn(tx, everywhere, change, 'user.enabled', member);
    await this.epoch.bump(tx);
    return member;
  }

  /** Disabling twice leaves the time of the first. */
  private async setDisabled(tx: Tx, id: string, disabledAt: Date | null): Promise<void> {
    const stillOther = disabledAt ? IsNull() : Not(IsNull());
    await tx.manager.update(User, { id, disabledAt: stillOther }, { disabledAt, updatedAt: new Date() });
  }

  /**
   * The members of each company of a person, locked in the order of their ids, so that nobody locks crosswise. The
   * person's own row is locked before: who accepts an invitation changes it, and so joins no company meanwhile.
   */
  private async everywhere(tx: Tx, { companyId, userId, by }: MemberChange): Promise<OfCompany[]> {
    await tx.select(`SELECT id FROM users WHERE id = ? ${dialect.forUpdate}`, [userId]);
    const memberships = await tx.manager.find(Membership, {
      where: { userId },
      order: { companyId: 'ASC' },
    });
    if (!memberships.some((membership) => membership.companyId === companyId))
      throw UserErrors.notFound.error();
    const all: OfCompany[] = [];
    for (const membership of memberships) {
      const members = await LockedMembers.of(tx, membership.companyId);
      if (membership.companyId !== companyId && !members.mayAct(by.actor))
        throw UserErrors.memberElsewhere.error();
      members.requireHolder(by.actor, members.rolesOf(userId));
      all.push({ companyId: membership.companyId, members });
    }
    return all;
  }

  private async recordIn(
    tx: Tx,
    everywhere: OfCompany[],
    { by }: MemberChange,
    action: AuditAction,
    member: Member,
  ): Promise<void> {
    for (const { companyId } of everywhere) await this.record(tx, by, action, companyId, member, {});
  }

  private record(
    tx: Tx,
    by: AuditContext,
    action: AuditAction,
    companyId: string,
    { id, email }: Member,
    details: Record<string, unknown>,
  ): Promise<void> {
    const target = { kind: 'user', id, name: email };
    return this.audit.record(tx, { ...by, companyId, action, target, details });
  }
}

/** The members of one of the companies that someone belongs to. */
interface OfCompany {
  companyId: string;
  members: LockedMembers;
}

/** The roles that are in one of the lists only. */
function difference(one: readonly Role[], other: readonly Role[]): Role[] {
  return [...one.filter((role) => !other.includes(role)), ...other.filter((role) => !one.includes(role))];
}
