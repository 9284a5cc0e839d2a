import type { Tx } from '../../platform/database/database.js';
import { toSqlInstant } from '../../platform/database/instant.js';

/**
 * Disables a webhook, and gives up what still waits to be sent to it, so that a replay of what failed brings it.
 * What is on its way at this moment may still succeed.
 * @returns false where it was disabled or removed already.
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

/** Enables a webhook for what happens from now on. */
export async function enableWebhook(tx: Tx, webhookId: string): Promise<void> {
  await tx.write(
    `UPDATE webhooks SET active = ?, failure_count = 0, disabled_at = NULL, disabled_reason = NULL, updated_at = ?
     WHERE id = ? AND active = ? AND deleted_at IS NULL`,
    [1, toSqlInstant(new Date()), webhookId, 0],
  );
}
