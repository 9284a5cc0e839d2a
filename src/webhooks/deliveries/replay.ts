import { Injectable } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Database, type Tx } from '../../platform/database/database.js';
import { dialect } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import type { SqlValue } from '../../platform/database/sql.js';
import { validationError } from '../../platform/errors/common.errors.js';
import { leastIdAt } from '../../platform/ids/ids.js';
import { eventKeyOf } from '../../platform/outbox/outbox.js';
import { EVENT_SET_ID_PREFIX } from '../../platform/outbox/event.entity.js';
import type { Webhook } from '../endpoints/webhook.entity.js';
import { DeliveryErrors } from './deliveries.errors.js';
import { keepResendTimes, RESEND_EVERY_MS } from './resend-times.js';

/** More events in one transaction would hold locks for too long. */
const MAX_EVENTS = 100_000;

/** Selects the events of an endpoint to send again. */
export interface ReplayWindow {
  since: Date;
  until: Date;
  onlyFailed: boolean;
}

/** Events of a time window that the endpoint subscribes to, whether they were queued before or not. */
const SUBSCRIBED = `
  SELECT e.set_id, e.position, e.type AS event, s.created_at
  FROM event_sets s
  JOIN events e ON e.set_id = s.id
  JOIN webhook_subscriptions b ON b.webhook_id = ? AND b.event_type = e.type
  WHERE s.integration_id = ? AND s.company_id = ? AND s.id >= ? AND s.id < ?`;

const FAILED = `
  SELECT e.set_id, e.position, e.event, e.created_at FROM webhook_deliveries e
  WHERE e.webhook_id = ? AND e.status = 'FAILED' AND ${isSubscribed('e.event')} AND e.set_id >= ? AND e.set_id < ?`;

/** An event to send again. */
interface EventRow {
  set_id: string;
  position: string | number;
  event: string;
  created_at: string;
  /** Null if the event is not in the queue. */
  waits: string | null;
}

/**
 * Joins a SELECT to the waiting deliveries of the webhook. The webhook's id is the value of the condition.
 */
const WAITING = `LEFT JOIN webhook_deliveries w
  ON w.webhook_id = ? AND w.set_id = f.set_id AND w.position = f.position AND w.status = 'PENDING'`;

const EVENTS_PER_STATEMENT = 500;

/**
 * A waiting delivery keeps its due time if that is earlier. `due_at` comes first, because MariaDB assigns in
 * this order and the CASE needs the old status.
 */
const again = (dueAt: string): string[] => [
  `due_at = CASE WHEN status = 'PENDING' AND due_at < ${dueAt} THEN due_at ELSE ${dueAt} END`,
  `status = 'PENDING'`,
  'resent = 1',
  'round = webhook_deliveries.round + 1',
  'tries = 0',
  'reason = NULL',
];

const QUEUED_AGAIN = dialect.orUpdate('webhook_id, set_id, position', again(dialect.inserted('due_at')));

/** Builds a condition that the webhook subscribes to an event. The webhook's id is its value. */
function isSubscribed(event: string): string {
  return `${event} IN (SELECT event_type FROM webhook_subscriptions WHERE webhook_id = ?)`;
}

/** Puts events back into an endpoint's queue, with a new round of attempts. */
@Injectable()
export class Replay {
  constructor(private readonly database: Database) {}

  /**
   * Sends one delivery again with the same event id.
   * @throws NOT_FOUND
   * @throws CONFLICT if the endpoint is disabled or no longer subscribes to such events
   */
  async redeliver(webhook: Webhook, deliveryId: string): Promise<void> {
    requireActive(webhook);
    const key = eventKeyOf(deliveryId);
    if (!key) throw DeliveryErrors.notFound(deliveryId);
    const one = [webhook.id, key.setId, key.position];
    await this.database.transaction(async (tx) => {
      const dueAt = toSqlInstant(
        new Date(await keepResendTimes(tx, webhook.id, () => countOutOfQueue(tx, one))),
      );
      const matched = await tx.write(
        `UPDATE webhook_deliveries SET ${again('?').join(', ')}
         WHERE webhook_id = ? AND set_id = ? AND position = ? AND ${isSubscribed('event')}`,
        [dueAt, dueAt, ...one, webhook.id],
      );
      if (matched > 0) return;
      const [unwanted] = await tx.select<{ event: string }>(
        'SELECT event FROM webhook_deliveries WHERE webhook_id = ? AND set_id = ? AND position = ?',
        one,
      );
      throw unwanted ? DeliveryErrors.notSubscribed(unwanted.event) : DeliveryErrors.notFound(deliveryId);
    });
  }

  /**
   * Puts the events of a window back into the queue. Waiting events keep their due time.
   * @returns the number of these events in the queue
   * @throws CONFLICT if the endpoint is disabled
   * @throws VALIDATION_ERROR if the window holds too many events
   * @throws RATE_LIMIT_EXCEEDED if too many events already wait
   */
  async replay(tx: Tx, webhook: Webhook, window: ReplayWindow): Promise<number> {
    requireActive(webhook);
    const { id, integrationId, companyId } = webhook;
    const [events, values] = window.onlyFailed
      ? [FAILED, [id, id]]
      : [SUBSCRIBED, [id, integrationId, companyId]];
    const [from, to] = bounds(window);
    let queued = 0;
    const firstDueAt = await keepResendTimes(tx, id, async () => {
      const counted = await count(tx, id, events, [...values, from, to]);
      queued = counted.events;
      return counted.events - counted.waiting;
    });
    await queue(tx, id, { events, values, from, to, firstDueAt });
    return queued;
  }
}

/** Parameters of one replay. */
interface Again {
  /** A SELECT, and its values before the window's bounds. */
  events: string;
  values: SqlValue[];
  /** Bounds of the event set ids: `from` is inclusive, `to` is exclusive. */
  from: string;
  to: string;
  /** Milliseconds since 1970. */
  firstDueAt: number;
}

/**
 * Queues the events of a SELECT in parts. One statement for all of them would block the thread for seconds.
 */
async function queue(tx: Tx, webhookId: string, input: Again): Promise<void> {
  const part = `SELECT f.*, w.set_id AS waits FROM (
      ${input.events} AND (e.set_id > ? OR e.position > ?)
      ORDER BY e.set_id, e.position LIMIT ${EVENTS_PER_STATEMENT}) f
    ${WAITING} ORDER BY f.set_id, f.position`;
  let [setId, position] = [input.from, -1];
  let dueAt = input.firstDueAt;
  for (;;) {
    const rows = await tx.select<EventRow>(part, [
      ...input.values,
      setId,
      input.to,
      setId,
      position,
      webhookId,
    ]);
    const last = rows.at(-1);
    if (!last) return;
    const values = rows.flatMap((row) => {
      const ownDueAt = toSqlInstant(new Date(dueAt));
      if (row.waits === null) dueAt += RESEND_EVERY_MS;
      return [webhookId, row.set_id, Number(row.position), row.event, ownDueAt, row.created_at];
    });
    await tx.write(
      `INSERT INTO webhook_deliveries
         (webhook_id, set_id, position, event, status, due_at, resent, round, tries, created_at)
       VALUES ${rows.map(() => `(?, ?, ?, ?, 'PENDING', ?, 1, 1, 0, ?)`).join(', ')} ${QUEUED_AGAIN}`,
      values,
    );
    [setId, position] = [last.set_id, Number(last.position)];
    await nextTurn();
  }
}

function requireActive({ active }: Webhook): void {
  if (!active) throw DeliveryErrors.webhookDisabled();
}

function bounds({ since, until }: ReplayWindow): [string, string] {
  return [leastIdAt(EVENT_SET_ID_PREFIX, since), leastIdAt(EVENT_SET_ID_PREFIX, until)];
}

/** Returns 1 if the delivery needs a new due time, 0 if it already waits. */
async function countOutOfQueue(tx: Tx, key: SqlValue[]): Promise<number> {
  const waiting = await tx.select(
    `SELECT status FROM webhook_deliveries
     WHERE webhook_id = ? AND set_id = ? AND position = ? AND status = 'PENDING'`,
    key,
  );
  return waiting.length === 0 ? 1 : 0;
}

/** Counts the events of a SELECT, and how many of them wait in the queue. */
async function count(
  tx: Tx,
  webhookId: string,
  select: string,
  values: SqlValue[],
): Promise<{ events: number; waiting: number }> {
  const [row] = await tx.select<{ n: string | number; waiting: string | number }>(
    `SELECT COUNT(*) AS n, COUNT(w.set_id) AS waiting FROM (${select}) f ${WAITING}`,
    [...values, webhookId],
  );
  const events = Number(row?.n ?? 0);
  if (events <= MAX_EVENTS) return { events, waiting: Number(row?.waiting ?? 0) };
  const message = `The time window has ${events} events. Replay at most ${MAX_EVENTS} per call: set an earlier until`;
  throw validationError([{ path: 'until', message }]);
}
