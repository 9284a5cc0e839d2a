import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Act, type ActingCredential, byUser } from '../../audit/act.js';
import type { AuditActor } from '../../audit/audit-actions.js';
import type { Principal } from './principal.js';

/** A handler's parameter: the act of the caller that the guard let in. */
export const ByCaller = createParamDecorator((_: unknown, context: ExecutionContext): Act => {
  return actOf(context.switchToHttp().getRequest<FastifyRequest>());
});

/** The act of the caller that the guard let in. */
export function actOf({ principal, ip, id }: FastifyRequest): Act {
  if (!principal) throw new Error('nobody to name as the one who acts: the route is public');
  return { actor: actorOf(principal), address: ip, requestId: id, credential: credentialOf(principal) };
}

function actorOf(principal: Principal): AuditActor {
  return 'user' in principal
    ? byUser(principal.user).actor
    : { kind: 'token', id: principal.credential.id, name: principal.credential.name };
}

/** What was shown: of a session the access token, which ends before it does. */
function credentialOf(principal: Principal): ActingCredential {
  const { id, expiresAt } = principal.credential;
  const signedIn = 'signedIn' in principal ? principal.signedIn : undefined;
  if (signedIn?.kind !== 'session') return { id, expiresAt };
  return { id, expiresAt: signedIn.expiresAt, signedInAt: signedIn.signedInAt ?? null };
}
