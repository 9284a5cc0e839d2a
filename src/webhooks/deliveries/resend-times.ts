import type { Tx } from '../../platform/database/database.js';
import { dialect } from '../../platform/database/dialect.js';
import { toIsoInstant, toSqlInstant } from '../../platform/database/instant.js';
import { DeliveryErrors } from './deliveries.errors.js';

/**
 * From one event that is sent again to the next. The queue is looked at each 250 ms, so that no second has more than 100.
 */
export const RESEND_EVERY_MS = 13;
/** Whoever has more than this waiting must let it be sent first. */
const MAX_AHEAD_MS = 60 * 60 * 1000;
/** A time further ahead than one more replay takes was written before the clock was set back. */
const MAX_STORED_AHEAD_MS = 2 * MAX_AHEAD_MS;

/**
 * Keeps times for so many events that an endpoint is sent again, after those that have theirs already.
 * @returns the first of them, in milliseconds since 1970; each next is `RESEND_EVERY_MS` later.
 * @throws RATE_LIMIT_EXCEEDED where what waits takes longer than an hour.
 */
export async function keepResendTimes(tx: Tx, webhookId: string, events: number): Promise<number> {
  const now = Date.now();
  const [row] = await tx.select<{ ends_at: string }>(
    `SELECT ends_at FROM webhook_resends WHERE webhook_id = ? ${dialect.forUpdate}`,
    [webhookId],
  );
  const ahead = row ? Date.parse(toIsoInstant(row.ends_at)) - now : 0;
  const waiting = ahead > 0 && ahead <= MAX_STORED_AHEAD_MS ? ahead : 0;
  if (waiting > MAX_AHEAD_MS) throw DeliveryErrors.tooManyWaiting(waiting - MAX_AHEAD_MS);
  const first = now + waiting;
  await tx.write(
    `INSERT INTO webhook_resends (webhook_id, ends_at) VALUES (?, ?)
     ${dialect.orUpdate('webhook_id', [`ends_at = ${dialect.inserted('ends_at')}`])}`,
    [webhookId, toSqlInstant(new Date(first + events * RESEND_EVERY_MS))],
  );
  return first;
}
