import type { AuditAction } from '../../audit/audit-actions.js';
import type { AuditLog } from '../../audit/audit-log.js';
import type { Tx } from '../../platform/database/database.js';
import type { IntegrationCaller } from '../../integrations/audiences.js';
import type { Webhook } from './webhook.entity.js';

/**
 * Records an action on a webhook. It records only the host of the URL, because the rest may hold a secret of
 * the receiver.
 */
export function recordWebhook(
  audit: AuditLog,
  tx: Tx,
  { act }: Pick<IntegrationCaller, 'act'>,
  action: AuditAction,
  { companyId, integrationId, id, url, events, active }: Webhook,
  more: Record<string, unknown> = {},
): Promise<void> {
  const target = { kind: 'webhook', id, name: hostOf(url) };
  const details = { integrationId, events, active: Boolean(active), ...more };
  return audit.record(tx, { ...act, companyId, action, target, details });
}

export function hostOf(url: string): string {
  return new URL(url).host;
}
