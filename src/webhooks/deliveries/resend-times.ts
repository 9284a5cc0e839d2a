import type { Tx } from '../../platform/database/database.js';
import { dialect } from '../../platform/database/dialect.js';
import { toIsoInstant, toSqlInstant } from '../../platform/database/instant.js';
import { DeliveryErrors } from './deliveries.errors.js';

/** From one event that is sent again to the next: 77 a second. */
export const RESEND_EVERY_MS = 13;
/** Whoever has more than this waiting must let it be sent first. */
const MAX_AHEAD_MS = 60 * 60 * 1000;
/** A time further ahead than one more replay takes was written before the clock was set back. */
const MAX_STORED_AHEAD_MS = 2 * MAX_AHEAD_MS;

/**
 * Keeps times for events that an endpoint is sent again, after those that have theirs already.
 * @param count tells how many need one, while no other call keeps times of this endpoint.
 * @returns the first of them, in milliseconds since 1970; each next is `RESEND_EVERY_MS` later.
 * @throws RATE_LIMIT_EXCEEDED where what waits takes longer than an hour.
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

/** Until the transaction ends. @returns when the times that are kept end, in milliseconds since 1970. */
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
