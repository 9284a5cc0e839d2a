import type { AuditContext } from '../../audit/audit-context.js';
import type { Tx } from '../../platform/database/database.js';
import { dialect } from '../../platform/database/dialect.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { AuthErrors, unauthorized } from '../principal/auth.errors.js';
import { type Role, suffices } from '../principal/roles.js';

/**
 * Locks the user's row and membership, so the user stays enabled and keeps the needed roles until the
 * transaction ends.
 * A concurrent change that takes them away commits either before or after this transaction. Contexts without
 * `needs` need no lock.
 * @throws INVALID_TOKEN, NOT_FOUND or FORBIDDEN, as the guard does, if a change has already taken them away
 */
export async function lockStanding(tx: Tx, { actor, needs }: AuditContext): Promise<void> {
  if (!needs || actor.id === null) return;
  const [user] = await tx.select<{ disabled_at: string | null }>(
    `SELECT disabled_at FROM users WHERE id = ? ${dialect.forShare}`,
    [actor.id],
  );
  if (user?.disabled_at !== null) throw unauthorized(AuthErrors.invalidToken);
  if (needs.companyId === undefined) return;
  const [member] = await tx.select<{ roles: string }>(
    `SELECT roles FROM memberships WHERE user_id = ? AND company_id = ? ${dialect.forShare}`,
    [actor.id, needs.companyId],
  );
  const { anyOf } = needs;
  if (anyOf.length === 0 && !member) throw unauthorized(AuthErrors.invalidToken);
  if (!member) throw CommonErrors.notFound.error();
  if (anyOf.length > 0 && !suffices(JSON.parse(member.roles) as Role[], anyOf as Role[]))
    throw AuthErrors.forbidden.error({ details: { required: anyOf } });
}
