import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { placeholders } from '../../platform/database/dialect.js';
import { toIsoInstant, toSqlInstant } from '../../platform/database/instant.js';
import { groupBy } from '../../platform/values/group-by.js';
import type { SqlValue } from '../../platform/database/sql.js';
import { eventIdOf } from '../../platform/outbox/outbox.js';
import { payloadOf } from '../events/payload.js';

/** The key of a delivery in its endpoint's queue: the key of its event. */
export interface DeliveryKey {
  setId: string;
  position: number;
}

/** A delivery that is due. */
export interface DueDelivery extends DeliveryKey {
  eventId: string;
  event: string;
  body: string;
  /** Number of earlier attempts in its round. */
  tries: number;
  round: number;
  /** Whether a redelivery or replay queued it, so the rate limit applies. */
  isResend: boolean;
}

/** How many deliveries of each kind to read. */
export interface MostDue {
  first: number;
  resends: number;
}

/** A claim on an endpoint. One process holds it at a time. */
export interface Claim {
  lease: string;
  /**
   * SQL time of the claim. It covers the deliveries due by then; later changes of the queue stay untouched.
   */
  at: string;
  /** End of the lease by `performance.now()`, which ignores changes of the system clock. */
  endsAt: number;
}

interface DueRow {
  set_id: string;
  position: string | number;
  event: string;
  tries: string | number;
  round: string | number;
  resent: string | number;
  due_at: string;
  data: string;
  created_at: string;
  integration_id: string;
  /** Null if the endpoint no longer subscribes to this type of event. */
  subscribed: string | null;
}

const LEASE_MS = 15_000;
/** The embedded engine allows 1,000 terms in a condition. */
const GIVEN_UP_PER_STEP = 500;
/** A time further ahead than this was written before the clock was set back. */
const AHEAD_MS = 5_000;

const DUE = `
  SELECT d.set_id, d.position, d.event, d.tries, d.round, d.resent, d.due_at, e.data, s.created_at, s.integration_id, b.event_type AS subscribed
  FROM webhook_deliveries d
  JOIN event_sets s ON s.id = d.set_id
  JOIN events e ON e.set_id = d.set_id AND e.position = d.position
  LEFT JOIN webhook_subscriptions b ON b.webhook_id = d.webhook_id AND b.event_type = d.event
  WHERE d.webhook_id = ? AND d.status = 'PENDING' AND d.resent = ? AND d.due_at <= ? ORDER BY d.due_at`;
/** One condition for each kind, so the index finds its earliest delivery. */
const IS_DUE = `EXISTS (
  SELECT 1 FROM webhook_deliveries d
  WHERE d.webhook_id = w.id AND d.status = 'PENDING' AND d.resent = ? AND d.due_at <= ?)`;

const IS_FREE = '(lease IS NULL OR lease_until <= ? OR lease_until > ?)';

/**
 * The delivery queues, one for each endpoint, for any number of processes.
 * A process claims an endpoint with everything that waits for it. The claim is one conditional UPDATE, so
 * only one process wins. The claim of a dead process ends with its lease. Deliveries that it sent without
 * recording the result are then sent again.
 */
@Injectable()
export class DeliveryQueue {
  constructor(private readonly database: Database) {}

  /**
   * Returns unclaimed endpoints with due deliveries. Deliveries of a deactivated integration wait until it is
   * active again.
   */
  async dueEndpoints(): Promise<string[]> {
    const now = Date.now();
    const rows = await this.database.select<{ id: string }>(
      `SELECT w.id FROM webhooks w JOIN integrations i ON i.id = w.integration_id AND i.status = 'ACTIVE'
       WHERE w.active = 1 AND w.deleted_at IS NULL AND ${IS_FREE} AND (${IS_DUE} OR ${IS_DUE})`,
      [...freeAt(now), 0, toSqlInstant(new Date(now)), 1, toSqlInstant(new Date(now))],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Claims an endpoint, or extends the claim with the same lease. Returns undefined if another process holds
   * the claim.
   */
  async claim(webhookId: string, lease: string): Promise<Claim | undefined> {
    const endsAt = performance.now() + LEASE_MS;
    const now = Date.now();
    const matched = await this.database.write(
      `UPDATE webhooks SET lease = ?, lease_until = ? WHERE id = ? AND (lease = ? OR ${IS_FREE})`,
      [lease, toSqlInstant(new Date(now + LEASE_MS)), webhookId, lease, ...freeAt(now)],
    );
    return matched === 1 ? { lease, at: toSqlInstant(new Date(now)), endsAt } : undefined;
  }

  /** Releases the endpoint. Another process may then claim it, and continues its rate limit for resends. */
  async release(webhookId: string, lease: string, resendPaceUntil?: Date): Promise<void> {
    await this.database.write(
      `UPDATE webhooks SET lease = NULL, resend_pace_until = COALESCE(?, resend_pace_until)
       WHERE id = ? AND lease = ?`,
      [resendPaceUntil ? toSqlInstant(resendPaceUntil) : null, webhookId, lease],
    );
  }

  /**
   * Returns due deliveries of an endpoint, longest waiting first.
   * The current subscriptions decide, not those at the time of the event. Deliveries of other events are
   * given up.
   */
  async due(webhookId: string, claim: Claim, { first, resends }: MostDue): Promise<DueDelivery[]> {
    const both = `SELECT * FROM (${DUE} LIMIT ${first}) f UNION ALL SELECT * FROM (${DUE} LIMIT ${resends}) r
      ORDER BY due_at`;
    for (;;) {
      const rows = await this.database.select<DueRow>(both, [webhookId, 0, claim.at, webhookId, 1, claim.at]);
      const unwanted = rows.filter(({ subscribed }) => subscribed === null);
      if (unwanted.length === 0) return rows.map(deliveryOf);
      await this.giveUp(webhookId, claim, unwanted.map(deliveryOf));
    }
  }

  private async giveUp(webhookId: string, { at }: Claim, unwanted: DueDelivery[]): Promise<void> {
    const [where, values] = anyOf(unwanted.slice(0, GIVEN_UP_PER_STEP));
    await this.database.write(
      `UPDATE webhook_deliveries SET status = 'FAILED', reason = ?
       WHERE webhook_id = ? AND status = 'PENDING' AND due_at <= ? AND ${where}`,
      ['Not sent: the webhook is no longer subscribed to this event.', webhookId, at, ...values],
    );
  }

  /**
   * After the system clock was set back: makes deliveries due now if their due time lies too far in the
   * future. In the worst case, a delivery gets one extra attempt.
   */
  async requeueAfterClockRollback(): Promise<void> {
    const now = Date.now();
    const ahead = toSqlInstant(new Date(now + AHEAD_MS));
    for (const { id } of await this.database.select<{ id: string }>(
      'SELECT id FROM webhooks WHERE active = 1',
    )) {
      await this.database.write(
        `UPDATE webhook_deliveries SET due_at = ?
         WHERE webhook_id = ? AND status = 'PENDING' AND due_at > ? AND (created_at > ? OR tried_at > ?)`,
        [toSqlInstant(new Date(now)), id, ahead, ahead, ahead],
      );
    }
  }
}

/**
 * Returns the two values of `IS_FREE`: a lease is free if it ended before the first, or if it ends after the
 * second, because then it was written before the clock was set back.
 */
function freeAt(now: number): [string, string] {
  return [toSqlInstant(new Date(now)), toSqlInstant(new Date(now + LEASE_MS + AHEAD_MS))];
}

/**
 * Builds `set_id IN (?, ?) AND (set_id = ? AND position IN (?, ?) OR …)`.
 * Both engines then read one range of the key for each set. Without the first part, SQLite would not use the
 * key for the OR and would read the endpoint's whole queue.
 */
export function anyOf(keys: DeliveryKey[]): [where: string, values: SqlValue[]] {
  const bySet = groupBy(keys, ({ setId }) => setId);
  const conditions = [...bySet.values()].map(
    ({ length }) => `(set_id = ? AND position IN (${placeholders(length)}))`,
  );
  const values = [...bySet].flatMap(([setId, inSet]) => [setId, ...inSet.map(({ position }) => position)]);
  const where = `set_id IN (${placeholders(bySet.size)}) AND (${conditions.join(' OR ')})`;
  return [where, [...bySet.keys(), ...values]];
}

function deliveryOf(row: DueRow): DueDelivery {
  const position = Number(row.position);
  const data = JSON.parse(row.data) as Record<string, unknown>;
  return {
    setId: row.set_id,
    position,
    eventId: eventIdOf(row.set_id, position),
    event: row.event,
    body: payloadOf(row.event, toIsoInstant(row.created_at), row.integration_id, data),
    tries: Number(row.tries),
    round: Number(row.round),
    isResend: Number(row.resent) === 1,
  };
}
