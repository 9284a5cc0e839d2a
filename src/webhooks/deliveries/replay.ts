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

/** More at once would hold locks for too long. */
const MAX_EVENTS = 100_000;

/** Which events of an endpoint to send again. */
export interface ReplayWindow {
  since: Date;
  until: Date;
  onlyFailed: boolean;
}

/** The events of a window that an endpoint subscribes to, whether they were ever on their way to it or not. */
const SUBSCRIBED = `
  SELECT e.set_id, e.position, e.type AS event, s.created_at
  FROM event_sets s
  JOIN events e ON e.set_id = s.id
  JOIN webhook_subscriptions b ON b.webhook_id = ? AND b.event_type = e.type
  WHERE s.integration_id = ? AND s.company_id = ? AND s.id >= ? AND s.id < ?`;

const FAILED = `
  SELECT e.set_id, e.position, e.event, e.created_at FROM webhook_deliveries e
  WHERE e.webhook_id = ? AND e.status = 'FAILED' AND ${isSubscribed('e.event')} AND e.set_id >= ? AND e.set_id < ?`;

/** An event that is to be sent again. */
interface EventRow {
  set_id: string;
  position: string | number;
  event: string;
  created_at: string;
}

const EVENTS_PER_STATEMENT = 500;

const QUEUED_AGAIN = dialect.orUpdate('webhook_id, set_id, position', [
  `status = 'PENDING'`,
  `due_at = ${dialect.inserted('due_at')}`,
  'tries = 0',
  'reason = NULL',
]);

/** Whether the webhook, which is the condition's value, subscribes to an event. */
function isSubscribed(event: string): string {
  return `${event} IN (SELECT event_type FROM webhook_subscriptions WHERE webhook_id = ?)`;
}

/** Puts events back in an endpoint's queue, with all their attempts before them. */
@Injectable()
export class Replay {
  constructor(private readonly database: Database) {}

  /**
   * Sends one delivery again, under the same event id.
   * @throws NOT_FOUND, or CONFLICT for a disabled endpoint, or one that is not told of such events any more.
   */
  async redeliver(webhook: Webhook, deliveryId: string): Promise<void> {
    requireActive(webhook);
    const key = eventKeyOf(deliveryId);
    if (!key) throw DeliveryErrors.notFound(deliveryId);
    const one = [webhook.id, key.setId, key.position];
    await this.database.transaction(async (tx) => {
      const dueAt = await keepResendTimes(tx, webhook.id, 1);
      const matched = await tx.write(
        `UPDATE webhook_deliveries SET status = 'PENDING', due_at = ?, tries = 0, reason = NULL
         WHERE webhook_id = ? AND set_id = ? AND position = ? AND ${isSubscribed('event')}`,
        [toSqlInstant(new Date(dueAt)), ...one, webhook.id],
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
   * Puts the events of a window back in the queue.
   * @returns how many.
   * @throws CONFLICT for a disabled endpoint; VALIDATION_ERROR for a window that holds too many; RATE_LIMIT_EXCEEDED where
   *   too many wait already.
   */
  async replay(tx: Tx, webhook: Webhook, window: ReplayWindow): Promise<number> {
    requireActive(webhook);
    const { id, integrationId, companyId } = webhook;
    const [events, values] = window.onlyFailed
      ? [FAILED, [id, id]]
      : [SUBSCRIBED, [id, integrationId, companyId]];
    const [from, to] = bounds(window);
    const queued = await count(tx, events, [...values, from, to]);
    const firstDueAt = await keepResendTimes(tx, id, queued);
    await queue(tx, id, { events, values, from, to, firstDueAt });
    return queued;
  }
}

/** What is to be sent again. */
interface Again {
  /** A SELECT, and its values before those of the window's bounds. */
  events: string;
  values: SqlValue[];
  /** Ids of sets of events: from the one up to the other, which is not in it. */
  from: string;
  to: string;
  /** Milliseconds since 1970. */
  firstDueAt: number;
}

/** Queues the events that a SELECT finds, in parts: one statement for all of them would keep the thread for seconds. */
async function queue(tx: Tx, webhookId: string, again: Again): Promise<void> {
  const part = `${again.events} AND (e.set_id > ? OR e.position > ?)
    ORDER BY e.set_id, e.position LIMIT ${EVENTS_PER_STATEMENT}`;
  let [setId, position] = [again.from, -1];
  let dueAt = again.firstDueAt;
  for (;;) {
    const rows = await tx.select<EventRow>(part, [...again.values, setId, again.to, setId, position]);
    const last = rows.at(-1);
    if (!last) return;
    await tx.write(
      `INSERT INTO webhook_deliveries (webhook_id, set_id, position, event, status, due_at, tries, created_at)
       VALUES ${rows.map(() => `(?, ?, ?, ?, 'PENDING', ?, 0, ?)`).join(', ')} ${QUEUED_AGAIN}`,
      rows.flatMap((row, index) => [
        webhookId,
        row.set_id,
        Number(row.position),
        row.event,
        toSqlInstant(new Date(dueAt + index * RESEND_EVERY_MS)),
        row.created_at,
      ]),
    );
    dueAt += rows.length * RESEND_EVERY_MS;
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

async function count(tx: Tx, select: string, values: SqlValue[]): Promise<number> {
  const [row] = await tx.select<{ n: string | number }>(`SELECT COUNT(*) AS n FROM (${select}) f`, values);
  const events = Number(row?.n ?? 0);
  if (events <= MAX_EVENTS) return events;
  const message = `The window holds ${events} events; replay at most ${MAX_EVENTS} at once, with a nearer until`;
  throw validationError([{ path: 'until', message }]);
}
