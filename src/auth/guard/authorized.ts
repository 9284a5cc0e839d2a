import type { ClosedAccess } from '../principal/route-access.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import type { Role } from '../principal/roles.js';
import { suffices } from '../principal/roles.js';
import { AuthErrors, insufficientScopes } from '../principal/auth.errors.js';
import type {
  IntegrationPrincipal,
  MemberPrincipal,
  Principal,
  UserPrincipal,
} from '../principal/principal.js';
import { missingScopes } from '../principal/scopes.js';

/**
 * Returns the principal for the route. For a person, it adds the company that the request is about.
 * @param company id or slug of the company in the request
 * @throws INSUFFICIENT_SCOPES
 * @throws NOT_FOUND if the person is no member of the company, as if it did not exist
 * @throws FORBIDDEN if the person's roles there are not enough
 */
export function authorized(
  principal: Principal,
  access: ClosedAccess,
  company: string | undefined,
): Principal {
  if (access.caller === 'integration') {
    const { scopes } = principal as IntegrationPrincipal;
    if (missingScopes(scopes, access.scopes, access.anyOf).length === 0) return principal;
    throw insufficientScopes(access.scopes, access.anyOf);
  }
  const person = principal as UserPrincipal;
  return access.roles.length === 0 ? person : memberOf(person, access.roles as Role[], company);
}

function memberOf(person: UserPrincipal, anyOf: Role[], company = person.companyId): MemberPrincipal {
  const member = person.memberships.find(({ company: { id, slug } }) => id === company || slug === company);
  if (!member) throw CommonErrors.notFound.error();
  if (!suffices(member.roles, anyOf)) throw AuthErrors.forbidden.error({ details: { required: anyOf } });
  return { ...person, ...member };
}
