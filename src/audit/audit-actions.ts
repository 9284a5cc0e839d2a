/** The acts that the audit log knows. */
export const AUDIT_ACTIONS = [
  'token.created',
  'token.revoked',
  'token.rotated',
  'token.deleted',
  'tokens.bulk_revoked',
  'integration.created',
  'integration.changed',
  'integration.deleted',
  'integration.activated',
  'integration.deactivated',
  'webhook.created',
  'webhook.changed',
  'webhook.secret_rotated',
  'webhook.deleted',
  'webhook.disabled',
  'user.invited',
  'invitation.withdrawn',
  'user.created',
  'user.verified',
  'user.joined',
  'user.removed',
  'user.disabled',
  'user.enabled',
  'user.roles_changed',
  'session.signed_in',
  'session.signed_out',
  'session.ended',
  'session.sign_in_failed',
  'password.changed',
  'personal_token.created',
  'personal_token.changed',
  'personal_token.revoked',
  'private_token.created',
  'private_token.changed',
  'private_token.deleted',
  'audit.head_unsound',
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/**
 * Written by the log itself where it goes on although the head that it found was missing or not its own: from there
 * on nobody can prove what stood before the head. Verification reports it for as long as it is kept.
 */
export const HEAD_UNSOUND = 'audit.head_unsound' satisfies AuditAction;

/** Who acted. An operator at the command line and the system itself have no id. */
export interface AuditActor {
  kind: 'user' | 'token' | 'operator' | 'system';
  id: string | null;
  name: string;
}

/** What was acted upon, such as `{kind: 'token', id: 'tok_…', name: 'nightly'}`. */
export interface AuditTarget {
  kind: string;
  id: string;
  name: string;
}

/** An act, as whoever carries it out says it. */
export interface NewAuditEntry {
  companyId: string;
  actor: AuditActor;
  action: AuditAction;
  target: AuditTarget;
  /** The caller's address, as far as the proxy is believed; null for what came over no network. */
  address: string | null;
  requestId: string | null;
  /** By which credential, where it was by one. */
  credential?: { id: string };
  /** What else matters, in plain view of whoever reads the log: never a secret, never a raw token. */
  details: Record<string, unknown>;
}
