import type { AuditAction, NewAuditEntry } from '../audit/audit-actions.js';
import type { AuditContext } from '../audit/audit-context.js';
import type { Token } from './token.entity.js';

/** A token as people see it, without the raw token. */
export type TokenSummary = Omit<Token, 'hash' | 'companyId' | 'rateLimitPerMinute'>;

export function summaryOf(token: Token): TokenSummary {
  const { hash: _, companyId: __, rateLimitPerMinute: ___, ...summary } = token;
  return summary;
}

/** Returns the audit entry of something that was done to a token. */
export function entryOf(
  by: AuditContext,
  action: AuditAction,
  { companyId, id, name, prefix }: Token,
  details: Record<string, unknown>,
): NewAuditEntry {
  return { ...by, companyId, action, target: { kind: 'token', id, name }, details: { prefix, ...details } };
}
