import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { placeholders } from '../../platform/database/dialect.js';
import { toIsoInstant, toSqlInstant } from '../../platform/database/instant.js';
import { groupBy } from '../../platform/values/group-by.js';
import type { SqlValue } from '../../platform/database/sql.js';
import { eventIdOf } from '../../platform/outbox/outbox.js';
import { payloadOf } from '../events/payload.js';

/** The place of a delivery in its endpoint's queue: that of its event. */
export interface DeliveryKey {
  setId: string;
  position: number;
}

/** A delivery that is to be sent now. */
export interface DueDelivery extends DeliveryKey {
  eventId: string;
  event: string;
  body: string;
  /** Attempts made before this one, in its round. */
  tries: number;
  round: number;
  /** Whether it is sent again by redelivery or replay, and so at a pace. */
  isResend: boolean;
}

/** How many deliveries of each kind to look up. */
export interface MostDue {
  first: number;
  resends: number;
}

/** The right to send to an endpoint, which one process has at a time. */
export interface Claim {
  lease: string;
  /** What is due by then may be sent under it, and what is put back in the queue later is not touched. */
  at: string;
  /** By `performance.now()`, which no clock change moves. */
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
  /** Null where the endpoint is not told of such events any more. */
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
/** A condition for each kind, so that the index leads to the earliest of it. */
const IS_DUE = `EXISTS (
  SELECT 1 FROM webhook_deliveries d
  WHERE d.webhook_id = w.id AND d.status = 'PENDING' AND d.resent = ? AND d.due_at <= ?)`;

const IS_FREE = '(lease IS NULL OR lease_until <= ? OR lease_until > ?)';

/**
 * The queues of what waits to be sent, one per endpoint, for any number of processes. A process claims an endpoint
 * with all that waits for it, by an update under a condition that the loser of a race no longer meets. The claim
 * of a process that died is over when its lease is: what it had sent without writing it down is sent once more.
 */
@Injectable()
export class DeliveryQueue {
  constructor(private readonly database: Database) {}

  /**
   * Endpoints that nobody has claimed, and to which something is due. What is due to those of a deactivated
   * integration waits until it is active again.
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

  /** Claims an endpoint, or prolongs the claim under that lease; undefined where another process was faster. */
  async claim(webhookId: string, lease: string): Promise<Claim | undefined> {
    const endsAt = performance.now() + LEASE_MS;
    const now = Date.now();
    const matched = await this.database.write(
      `UPDATE webhooks SET lease = ?, lease_until = ? WHERE id = ? AND (lease = ? OR ${IS_FREE})`,
      [lease, toSqlInstant(new Date(now + LEASE_MS)), webhookId, lease, ...freeAt(now)],
    );
    return matched === 1 ? { lease, at: toSqlInstant(new Date(now)), endsAt } : undefined;
  }

  /** Gives the endpoint back: any process may send to it, and keeps what it sends again to the pace. */
  async release(webhookId: string, lease: string, resendPaceUntil?: Date): Promise<void> {
    await this.database.write(
      `UPDATE webhooks SET lease = NULL, resend_pace_until = COALESCE(?, resend_pace_until)
       WHERE id = ? AND lease = ?`,
      [resendPaceUntil ? toSqlInstant(resendPaceUntil) : null, webhookId, lease],
    );
  }

  /**
   * Some of what is due to an endpoint, that which has waited longest first. Whatever it was told of when an event was
   * queued, it gets what it is told of now: the rest is given up.
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
   * Makes due what waits for a time that the clock, which was set back, will reach much later than was meant.
   * What is sent too early by that is sent once more than it need be, and never lost.
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

/** Since when a lease is over, and from when on it was written before the clock was set back: values of `IS_FREE`. */
function freeAt(now: number): [string, string] {
  return [toSqlInstant(new Date(now)), toSqlInstant(new Date(now + LEASE_MS + AHEAD_MS))];
}

/**
 * `set_id IN (?, ?) AND (set_id = ? AND position IN (?, ?) OR …)`: a range of the key for each set, on either
 * engine. SQLite would not use the key for what stands in an OR, and read the whole queue of the endpoint.
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
