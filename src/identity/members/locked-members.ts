import type { Tx } from '../../platform/database/database.js';
import { dialect } from '../../platform/database/dialect.js';
import type { AuditActor } from '../../audit/audit-actions.js';
import { notGrantable, type Role } from '../../auth/principal/roles.js';
import { rolesNotHeld, UserErrors } from '../users/users.errors.js';

interface LockedMember {
  userId: string;
  roles: Role[];
  /** Whether the member can sign in: not disabled, and with a password. */
  isActive: boolean;
}

interface LockedRow {
  user_id: string;
  roles: string;
  disabled_at: string | null;
  has_password: number | boolean;
}

/**
 * The members of one company, locked until the transaction ends.
 * Every change of memberships takes this lock first. If two concurrent changes together would remove the last
 * administrator, the second sees the first.
 */
export class LockedMembers {
  private constructor(private readonly members: LockedMember[]) {}

  static async of(tx: Tx, companyId: string): Promise<LockedMembers> {
    const index = dialect.useIndex('ix_memberships_company');
    await tx.select(
      `SELECT user_id FROM memberships ${index} WHERE company_id = ? ORDER BY user_id ${dialect.forUpdate}`,
      [companyId],
    );
    const rows = await tx.select<LockedRow>(
      `SELECT m.user_id, m.roles, u.disabled_at, u.password_hash IS NOT NULL AS has_password
       FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.company_id = ?`,
      [companyId],
    );
    return new LockedMembers(rows.map(lockedOf));
  }

  /** @throws NOT_FOUND */
  rolesOf(userId: string): Role[] {
    const member = this.find(userId);
    if (!member) throw UserErrors.notFound.error();
    return member.roles;
  }

  has(userId: string): boolean {
    return this.find(userId) !== undefined;
  }

  /** Whether the actor is a member of the company or the operator. */
  mayAct({ kind, id }: AuditActor): boolean {
    return kind === 'operator' || this.find(id) !== undefined;
  }

  /** Whether the user is an active member who holds all of these roles. */
  mayGrant(userId: string, roles: readonly Role[]): boolean {
    const member = this.find(userId);
    return member !== undefined && member.isActive && notGrantable(member.roles, roles).length === 0;
  }

  /** @throws FORBIDDEN unless the actor is an active member who holds all of these roles, or the operator */
  requireHolder({ kind, id }: AuditActor, roles: readonly Role[]): void {
    if (kind === 'operator') return;
    const member = this.find(id);
    if (!member?.isActive) throw UserErrors.forbidden.error();
    const missing = notGrantable(member.roles, roles);
    if (missing.length > 0) throw rolesNotHeld(missing);
  }

  /** @throws CONFLICT if this user is the company's only active administrator */
  requireAdminBeside(userId: string): void {
    const admins = this.members.filter(({ isActive, roles }) => isActive && roles.includes('ROLE_ADMIN'));
    if (admins.length === 1 && admins[0]?.userId === userId) throw UserErrors.lastAdmin.error();
  }

  private find(userId: string | null): LockedMember | undefined {
    return this.members.find((member) => member.userId === userId);
  }
}

function lockedOf({ user_id, roles, disabled_at, has_password }: LockedRow): LockedMember {
  return {
    userId: user_id,
    roles: JSON.parse(roles) as Role[],
    isActive: disabled_at === null && Boolean(has_password),
  };
}
