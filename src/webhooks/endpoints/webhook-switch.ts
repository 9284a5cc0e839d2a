import type { Tx } from '../../platform/database/database.js';
import { toSqlInstant } from '../../platform/database/instant.js';

/**
 * Disables a webhook and gives up its waiting deliveries; a replay of failed events sends them later. A
 * request that is running now may still succeed.
 * @returns false if the webhook was already disabled or deleted
 */
export async function disableWebhook(tx: Tx, webhookId: string, reason: string): Promise<boolean> {
  const now = toSqlInstant(new Date());
  const matched = await tx.write(
    `UPDATE webhooks SET active = ?, disabled_at = ?, disabled_reason = ?, updated_at = ?
     WHERE id = ? AND active = ? AND deleted_at IS NULL`,
    [0, now, reason, now, webhookId, 1],
  );
  if (matched === 0) return false;
  await tx.write(
    `UPDATE webhook_deliveries SET status = 'FAILED', reason = ? WHERE webhook_id = ? AND status = 'PENDING'`,
    [`Not sent: ${reason}`, webhookId],
  );
  return true;
}

/** Enables a webhook for events from now on. */
export async function enableWebhook(tx: Tx, webhookId: string): Promise<void> {
  await tx.write(
    `UPDATE webhooks SET active = ?, failure_count = 0, disabled_at = NULL, disabled_reason = NULL, updated_at = ?
     WHERE id = ? AND active = ? AND deleted_at IS NULL`,
    [1, toSqlInstant(new Date()), webhookId, 0],
  );
}
