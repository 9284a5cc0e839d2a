import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  type AuditContext,
  type ActingCredential,
  byUser,
  type NeededStanding,
} from '../../audit/audit-context.js';
import type { AuditActor } from '../../audit/audit-actions.js';
import type { MemberPrincipal, Principal, UserPrincipal } from './principal.js';
import type { RouteAccess } from './route-access.js';

/** Parameter decorator: the audit context of the caller. */
export const AuditedAs = createParamDecorator((_: unknown, context: ExecutionContext): AuditContext => {
  return auditContextOf(context.switchToHttp().getRequest<FastifyRequest>());
});

/** Returns the audit context of the caller. */
export function auditContextOf({ principal, checkedAccess, ip, id }: FastifyRequest): AuditContext {
  if (!principal) throw new Error('nobody to name as the one who acts: the route is public');
  const act = { actor: actorOf(principal), address: ip, requestId: id, credential: credentialOf(principal) };
  return 'user' in principal ? { ...act, needs: needsOf(principal, checkedAccess) } : act;
}

function actorOf(principal: Principal): AuditActor {
  return 'user' in principal
    ? byUser(principal.user).actor
    : { kind: 'token', id: principal.credential.id, name: principal.credential.name };
}

/** A JWT needs a membership in its company, even on routes that are about no company. */
function needsOf(
  principal: UserPrincipal | MemberPrincipal,
  access: RouteAccess | undefined,
): NeededStanding {
  if (!('company' in principal)) return { companyId: principal.signedIn?.companyId, anyOf: [] };
  const anyOf = access && 'roles' in access ? access.roles : [];
  return { companyId: principal.company.id, anyOf };
}

/**
 * Returns the credential that the caller sent. For a session this is the access token, which expires before
 * the session.
 */
function credentialOf(principal: Principal): ActingCredential {
  const { id, expiresAt } = principal.credential;
  const signedIn = 'signedIn' in principal ? principal.signedIn : undefined;
  if (signedIn?.kind !== 'session') return { id, expiresAt };
  return { id, expiresAt: signedIn.expiresAt, signedInAt: signedIn.signedInAt ?? null };
}
