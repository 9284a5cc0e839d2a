import type { AuditActor } from './audit-actions.js';

/** The credential by which someone acts. */
export interface ActingCredential {
  id: string;
  /** When what was shown works no more; null: never. */
  expiresAt: Date | null;
  /** Of a sign-in, when the password was checked; null where that is not known. Other credentials have none. */
  signedInAt?: Date | null;
}

/** What a person needs, in the company that a call is about, to be let in. */
export interface NeededStanding {
  /** None where the call is about no company. */
  companyId: string | undefined;
  /** Of these roles one is enough; where there is none, a member needs no role. */
  anyOf: readonly string[];
}

/** Who does something, and from where: what every entry of the audit log says beside what was done. */
export interface AuditContext {
  actor: AuditActor;
  address: string | null;
  requestId: string | null;
  /** By which credential; none at the command line, and where the act needs none, such as to accept an invitation. */
  credential?: ActingCredential;
  /** Of a person whom the guard let in, so that it can be checked again in the transaction. */
  needs?: NeededStanding;
}

/** What the rows keep of their maker where that is no credential. */
const COMMAND = 'command';
/** What is shown of rows that were made before it was kept. */
const UNKNOWN = 'unknown';

/** What a row keeps of who makes or changes it: the id of a credential, or `command`; null where nobody knows. */
export function makerOf({ actor, credential }: AuditContext): string | null {
  return actor.kind === 'operator' ? COMMAND : (credential?.id ?? null);
}

/** The same, as lists show it. */
export function shownMaker(kept: string | null): string {
  return kept ?? UNKNOWN;
}

/** By who works at the service's command line. */
export const BY_OPERATOR: AuditContext = {
  actor: { kind: 'operator', id: null, name: 'command line' },
  address: null,
  requestId: null,
};

/** By the product itself. @param address of the request that made it act. */
export function bySystem(name: string, address: string | null): AuditContext {
  return { actor: { kind: 'system', id: null, name }, address, requestId: null };
}

/** Who acts, where a person does before the guard knows them. */
export function byUser({ id, email }: { id: string; email: string }): Pick<AuditContext, 'actor'> {
  return { actor: { kind: 'user', id, name: email } };
}
