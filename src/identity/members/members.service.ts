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

/** A change of one member of a company. The actor may be another member or the same one. */
export interface MemberChange {
  companyId: string;
  userId: string;
  by: AuditContext;
}

/**
 * Changes the roles and memberships of people.
 * Two rules always hold, whatever runs concurrently: nobody grants or removes a role that they do not hold at
 * that moment, and a company keeps one administrator who can sign in.
 */
@Injectable()
export class MembersService {
  constructor(
    private readonly users: UsersService,
    private readonly epoch: RevocationEpoch,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Sets all roles of a member. The actor must hold only the roles that change.
   * @throws NOT_FOUND
   * @throws FORBIDDEN
   * @throws CONFLICT for the last administrator
   * @throws VALIDATION_ERROR if there is no role
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
   * Ends a membership and the person's sessions in the company. The account stays.
   * @throws NOT_FOUND
   * @throws FORBIDDEN
   * @throws CONFLICT for the last administrator
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
   * Disables a person in every company. The actor must therefore be allowed to do so in all of them.
   * All sessions end. They stay ended if the person is enabled again.
   * @throws NOT_FOUND
   * @throws FORBIDDEN
   * @throws CONFLICT if the person is the last administrator of a company, or a member of a company where the
   * actor is not
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
   * Enables a disabled person again, with the same roles. Personal and private tokens that had not ended work
   * again. Ended sessions and tokens stay ended.
   * @throws NOT_FOUND
   * @throws FORBIDDEN
   * @throws CONFLICT if the person is a member of a company where the actor is not
   */
  async enable(tx: Tx, change: MemberChange): Promise<Member> {
    const everywhere = await this.everywhere(tx, change);
    await this.setDisabled(tx, change.userId, null);
    const member = await this.users.member(tx, change.companyId, change.userId);
    await this.recordIn(tx, everywhere, change, 'user.enabled', member);
    await this.epoch.bump(tx);
    return member;
  }

  /** Disabling twice keeps the first time. */
  private async setDisabled(tx: Tx, id: string, disabledAt: Date | null): Promise<void> {
    const stillOther = disabledAt ? IsNull() : Not(IsNull());
    await tx.manager.update(User, { id, disabledAt: stillOther }, { disabledAt, updatedAt: new Date() });
  }

  /**
   * Locks the members of each company of a person, in the order of company ids to prevent deadlocks.
   * It locks the person's own row first. Accepting an invitation changes that row, so the person joins no
   * company meanwhile.
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

/** The locked members of one company. */
interface OfCompany {
  companyId: string;
  members: LockedMembers;
}

/** Returns the roles that are in only one of the two lists. */
function difference(one: readonly Role[], other: readonly Role[]): Role[] {
  return [...one.filter((role) => !other.includes(role)), ...other.filter((role) => !one.includes(role))];
}
