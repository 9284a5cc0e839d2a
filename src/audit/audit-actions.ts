/** Actions that the audit log records. */
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
 * The audit log writes this action when it had to continue from a missing or unverifiable head. Nobody can
 * prove which entries came before that head.
 * Verification reports the entry for as long as it is kept.
 */
export const HEAD_UNSOUND = 'audit.head_unsound' satisfies AuditAction;

/** The actor. Operators at the command line and the system itself have no id. */
export interface AuditActor {
  kind: 'user' | 'token' | 'operator' | 'system';
  id: string | null;
  name: string;
}

/** The target of an action, such as `{kind: 'token', id: 'tok_…', name: 'nightly'}`. */
export interface AuditTarget {
  kind: string;
  id: string;
  name: string;
}

/** An action to record. */
export interface NewAuditEntry {
  companyId: string;
  actor: AuditActor;
  action: AuditAction;
  target: AuditTarget;
  /**
   * The caller's IP address; a forwarded address counts only from a trusted proxy. Null if the action came
   * over no network.
   */
  address: string | null;
  requestId: string | null;
  /** The credential that the actor used, if any. */
  credential?: { id: string };
  /** Other facts. Every reader of the log sees them, so they never contain a secret or a raw token. */
  details: Record<string, unknown>;
}
