import type { Tx } from '../../platform/database/database.js';
import { dialect } from '../../platform/database/dialect.js';
import { toIsoInstant, toSqlInstant } from '../../platform/database/instant.js';
import { DeliveryErrors } from './deliveries.errors.js';

/** Interval between two resent events of an endpoint: 77 events a second. */
export const RESEND_EVERY_MS = 13;
/** If the waiting resends take longer than this, a further replay is refused. */
const MAX_AHEAD_MS = 60 * 60 * 1000;
/** A stored time further ahead than one more replay was written before the clock was set back. */
const MAX_STORED_AHEAD_MS = 2 * MAX_AHEAD_MS;

/**
 * Reserves due times for resent events of an endpoint, after the times already reserved.
 * @param count returns how many times are needed; the lock prevents other reservations meanwhile
 * @returns the first time, in milliseconds since 1970; each next one is `RESEND_EVERY_MS` later
 * @throws RATE_LIMIT_EXCEEDED if the waiting resends take longer than an hour
 */
export async function keepResendTimes(
  tx: Tx,
  webhookId: string,
  count: () => Promise<number>,
): Promise<number> {
  const endsAt = await lock(tx, webhookId);
  const events = await count();
  const now = Date.now();
  const ahead = endsAt - now;
  const waiting = ahead > 0 && ahead <= MAX_STORED_AHEAD_MS ? ahead : 0;
  const first = now + waiting;
  if (events === 0) return first;
  if (waiting > MAX_AHEAD_MS) throw DeliveryErrors.tooManyWaiting(waiting - MAX_AHEAD_MS);
  await tx.write('UPDATE webhook_resends SET ends_at = ? WHERE webhook_id = ?', [
    toSqlInstant(new Date(first + events * RESEND_EVERY_MS)),
    webhookId,
  ]);
  return first;
}

/**
 * Locks the endpoint's reservations until the transaction ends.
 * @returns the end of the reserved times, in milliseconds since 1970
 */
async function lock(tx: Tx, webhookId: string): Promise<number> {
  await tx.write(
    `INSERT INTO webhook_resends (webhook_id, ends_at) VALUES (?, ?)
     ${dialect.orUpdate('webhook_id', ['ends_at = webhook_resends.ends_at'])}`,
    [webhookId, toSqlInstant(new Date())],
  );
  const [row] = await tx.select<{ ends_at: string }>(
    `SELECT ends_at FROM webhook_resends WHERE webhook_id = ? ${dialect.forUpdate}`,
    [webhookId],
  );
  return row ? Date.parse(toIsoInstant(row.ends_at)) : 0;
}
