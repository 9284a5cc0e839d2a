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

/** By the product itself. @param address of the request that made it act. */
export function bySystem(name: string, address: string | null): Act {
  return { actor: { kind: 'system', id: null, name }, address, requestId: null };
}

/** Who acts, where a person does before the guard knows them. */
export function byUser({ id, email }: { id: string; email: string }): Pick<Act, 'actor'> {
  return { actor: { kind: 'user', id, name: email } };
}
