import type { AuditActor } from './audit-actions.js';

/** The credential that the actor uses. */
export interface ActingCredential {
  id: string;
  /** When the credential stops working; null means never. */
  expiresAt: Date | null;
  /** Sign-ins only: when the user entered the password; null if unknown. */
  signedInAt?: Date | null;
}

/** What a person needs to be allowed a call. */
export interface NeededStanding {
  /** The company of the call; undefined if the call is about no company. */
  companyId: string | undefined;
  /** One of these roles is enough. If the list is empty, a member needs no role. */
  anyOf: readonly string[];
}

/** The actor and the origin of an action, for its audit entry. */
export interface AuditContext {
  actor: AuditActor;
  address: string | null;
  requestId: string | null;
  /** Undefined at the command line, and for actions without a credential, such as accepting an invitation. */
  credential?: ActingCredential;
  /** People only: what the guard has checked, so the transaction can check it again. */
  needs?: NeededStanding;
}

/** Stored as the maker of a row that the command line created. */
const COMMAND = 'command';
/** Shown for rows that are older than the column. */
const UNKNOWN = 'unknown';

/** Returns the maker to store in a row: the id of a credential, or `command`; null if unknown. */
export function makerOf({ actor, credential }: AuditContext): string | null {
  return actor.kind === 'operator' ? COMMAND : (credential?.id ?? null);
}

/** Returns the maker as lists show it. */
export function shownMaker(kept: string | null): string {
  return kept ?? UNKNOWN;
}

/** The audit context of an operator at the command line. */
export const BY_OPERATOR: AuditContext = {
  actor: { kind: 'operator', id: null, name: 'command line' },
  address: null,
  requestId: null,
};

/**
 * Returns the audit context of the system itself.
 * @param address IP address of the request that caused the action
 */
export function bySystem(name: string, address: string | null): AuditContext {
  return { actor: { kind: 'system', id: null, name }, address, requestId: null };
}

/** Returns the actor for a person whom the guard does not know yet, as at a sign-in. */
export function byUser({ id, email }: { id: string; email: string }): Pick<AuditContext, 'actor'> {
  return { actor: { kind: 'user', id, name: email } };
}
