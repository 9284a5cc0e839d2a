import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../auth/principal/principal.js';
import type { AuditActor } from './audit-actions.js';

/** Who does something, and from where: what every entry of the audit log says beside what was done. */
export interface Act {
  actor: AuditActor;
  address: string | null;
  requestId: string | null;
}

/** By who works at the service's command line. */
export const BY_OPERATOR: Act = {
  actor: { kind: 'operator', id: null, name: 'command line' },
  address: null,
  requestId: null,
};

/** A handler's parameter: the act of the caller that the guard let in. */
export const ByCaller = createParamDecorator((_: unknown, context: ExecutionContext): Act => {
  return actOf(context.switchToHttp().getRequest<FastifyRequest>());
});

/** The act of the caller that the guard let in. */
export function actOf({ principal, ip, id }: FastifyRequest): Act {
  if (!principal) throw new Error('nobody to name as the one who acts: the route is public');
  return { actor: actorOf(principal), address: ip, requestId: id };
}

/** By the product itself. @param address of the request that made it act. */
export function bySystem(name: string, address: string | null): Act {
  return { actor: { kind: 'system', id: null, name }, address, requestId: null };
}

/** Who acts, where a person does before the guard knows them. */
export function byUser({ id, email }: { id: string; email: string }): Pick<Act, 'actor'> {
  return { actor: { kind: 'user', id, name: email } };
}

function actorOf(principal: Principal): AuditActor {
  return 'user' in principal
    ? byUser(principal.user).actor
    : { kind: 'token', id: principal.credential.id, name: principal.credential.name };
}
