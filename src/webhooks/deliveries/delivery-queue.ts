import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { dialect, placeholders } from '../../platform/database/dialect.js';
import { toIsoInstant, toSqlInstant } from '../../platform/database/instant.js';
import type { SqlValue } from '../../platform/database/sql.js';
import { newId } from '../../platform/ids/ids.js';
import { eventIdOf } from '../../platform/outbox/outbox.js';
import { payloadOf } from '../events/payload.js';

/** The place of a delivery in its endpoint's queue: that of its event. */
export interface DeliveryKey {
  setId: string;
  position: number;
}

/** A delivery that this process has claimed. */
export interface ClaimedDelivery extends DeliveryKey {
  eventId: string;
  event: string;
  body: string;
  /** Attempts made before this one. */
  tries: number;
}

/** Deliveries of one endpoint that nobody else sends before the lease ends. */
export interface DeliveryClaim {
  lease: string;
  /** By `performance.now()`, which no clock change moves. */
  endsAt: number;
  deliveries: ClaimedDelivery[];
}

interface ClaimedRow {
  set_id: string;
  position: string | number;
  event: string;
  tries: string | number;
  data: string;
  created_at: string;
  integration_id: string;
}

const LEASE_MS = 30_000;
/** A time further ahead than this was written before the clock was set back. */
const AHEAD_MS = 5_000;

const CLAIMED = `
  SELECT d.set_id, d.position, d.event, d.tries, e.data, s.created_at, s.integration_id
  FROM webhook_deliveries d
  JOIN event_sets s ON s.id = d.set_id
  JOIN events e ON e.set_id = d.set_id AND e.position = d.position
  WHERE d.webhook_id = ? AND d.status = 'PENDING' AND d.due_at = ? AND d.lease = ?`;

/** Chosen freely, SQLite would look for what is due, and pass all of it for each claim. */
const BY_KEY = dialect.useIndex('ix_webhook_deliveries_status');

/**
 * The queues of what waits to be sent, one per endpoint, for any number of processes. A claim is an update under
 * a condition that the loser of a race no longer meets; it moves `due_at` to its own end, so that what a process
 * claimed and did not live to send is due again by itself.
 */
@Injectable()
export class DeliveryQueue {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Endpoints to which something is due. */
  async dueEndpoints(): Promise<string[]> {
    const rows = await this.database.select<{ id: string }>(
      `SELECT w.id FROM webhooks w WHERE w.active = 1 AND w.deleted_at IS NULL AND EXISTS (
         SELECT 1 FROM webhook_deliveries d
         WHERE d.webhook_id = w.id AND d.status = 'PENDING' AND d.due_at <= ?)`,
      [toSqlInstant(new Date())],
    );
    return rows.map(({ id }) => id);
  }

  /** Claims some of what is due to an endpoint; nothing where others were faster. */
  async claim(webhookId: string, most: number): Promise<DeliveryClaim> {
    const lease = newId('job');
    const endsAt = performance.now() + LEASE_MS;
    const now = Date.now();
    const due = await this.due(webhookId, toSqlInstant(new Date(now)), most);
    if (due.length === 0) return { lease, endsAt, deliveries: [] };
    const until = toSqlInstant(new Date(now + LEASE_MS));
    const [where, values] = anyOf(due);
    await this.database.write(
      `UPDATE webhook_deliveries ${BY_KEY} SET lease = ?, due_at = ?
       WHERE webhook_id = ? AND status = 'PENDING' AND due_at <= ? AND ${where}`,
      [lease, until, webhookId, toSqlInstant(new Date(now)), ...values],
    );
    const rows = await this.database.select<ClaimedRow>(CLAIMED, [webhookId, until, lease]);
    return { lease, endsAt, deliveries: rows.map(claimed) };
  }

  /** Gives back what was claimed and not sent: due at once, for any process. */
  async release(webhookId: string, lease: string, unsent: DeliveryKey[]): Promise<void> {
    if (unsent.length === 0) return;
    const [where, values] = anyOf(unsent);
    await this.database.write(
      `UPDATE webhook_deliveries SET lease = NULL, due_at = ? WHERE webhook_id = ? AND lease = ? AND ${where}`,
      [toSqlInstant(new Date()), webhookId, lease, ...values],
    );
  }

  /**
   * Makes due what waits for a time that the clock, which was set back, will reach much later than was meant.
   * What is sent too early by that is sent once more than it need be, and never lost.
   */
  async forgetTheFuture(): Promise<void> {
    const now = Date.now();
    const ahead = toSqlInstant(new Date(now + AHEAD_MS));
    const pastAnyLease = toSqlInstant(new Date(now + LEASE_MS + AHEAD_MS));
    for (const { id } of await this.database.select<{ id: string }>(
      'SELECT id FROM webhooks WHERE active = 1',
    )) {
      await this.database.write(
        `UPDATE webhook_deliveries SET due_at = ?
         WHERE webhook_id = ? AND status = 'PENDING' AND due_at > ?
           AND (created_at > ? OR tried_at > ? OR (lease IS NOT NULL AND due_at > ?))`,
        [toSqlInstant(new Date(now)), id, ahead, ahead, ahead, pastAnyLease],
      );
    }
  }

  private async due(webhookId: string, now: string, most: number): Promise<DeliveryKey[]> {
    const rows = await this.database.select<{ set_id: string; position: string | number }>(
      `SELECT set_id, position FROM webhook_deliveries
       WHERE webhook_id = ? AND status = 'PENDING' AND due_at <= ? ORDER BY due_at LIMIT ${most}`,
      [webhookId, now],
    );
    return rows.map((row) => ({ setId: row.set_id, position: Number(row.position) }));
  }
}

/**
 * `set_id IN (?, ?) AND (set_id = ? AND position IN (?, ?) OR …)`: a range of the key for each set, on either
 * engine. SQLite would not use the key for what stands in an OR, and read the whole queue of the endpoint.
 */
export function anyOf(keys: DeliveryKey[]): [where: string, values: SqlValue[]] {
  const bySet = new Map<string, number[]>();
  for (const { setId, position } of keys) {
    const positions = bySet.get(setId);
    if (positions) positions.push(position);
    else bySet.set(setId, [position]);
  }
  const conditions = [...bySet.values()].map(
    (positions) => `(set_id = ? AND position IN (${placeholders(positions.length)}))`,
  );
  const values = [...bySet].flatMap(([setId, positions]) => [setId, ...positions]);
  const where = `set_id IN (${placeholders(bySet.size)}) AND (${conditions.join(' OR ')})`;
  return [where, [...bySet.keys(), ...values]];
}

function claimed(row: ClaimedRow): ClaimedDelivery {
  const position = Number(row.position);
  const data = JSON.parse(row.data) as Record<string, unknown>;
  return {
    setId: row.set_id,
    position,
    eventId: eventIdOf(row.set_id, position),
    event: row.event,
    body: payloadOf(row.event, toIsoInstant(row.created_at), row.integration_id, data),
    tries: Number(row.tries),
  };
}
