import { Injectable } from '@nestjs/common';
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

/** More at once would hold locks for too long. */
const MOST_EVENTS = 100_000;

/** Which events of an endpoint to send again. */
export interface ReplayWindow {
  since: Date;
  until: Date;
  onlyFailed: boolean;
}

/** The events of a window that an endpoint subscribes to, whether they were ever on their way to it or not. */
const SUBSCRIBED = `
  FROM event_sets s
  JOIN events e ON e.set_id = s.id
  JOIN webhook_subscriptions b ON b.webhook_id = ? AND b.event_type = e.type
  WHERE s.integration_id = ? AND s.company_id = ? AND s.id >= ? AND s.id < ?`;

const IS_SUBSCRIBED = `event IN (SELECT event_type FROM webhook_subscriptions WHERE webhook_id = ?)`;

const FAILED = `webhook_id = ? AND status = 'FAILED' AND set_id >= ? AND set_id < ? AND ${IS_SUBSCRIBED}`;

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
    const matched = await this.database.write(
      `UPDATE webhook_deliveries SET status = 'PENDING', due_at = ?, tries = 0, reason = NULL
       WHERE webhook_id = ? AND set_id = ? AND position = ? AND ${IS_SUBSCRIBED}`,
      [toSqlInstant(new Date()), ...one, webhook.id],
    );
    if (matched > 0) return;
    const [unwanted] = await this.database.select<{ event: string }>(
      'SELECT event FROM webhook_deliveries WHERE webhook_id = ? AND set_id = ? AND position = ?',
      one,
    );
    throw unwanted ? DeliveryErrors.notSubscribed(unwanted.event) : DeliveryErrors.notFound(deliveryId);
  }

  /**
   * Puts the events of a window back in the queue.
   * @returns how many.
   * @throws CONFLICT for a disabled endpoint; VALIDATION_ERROR for a window that holds too many.
   */
  async replay(tx: Tx, webhook: Webhook, window: ReplayWindow): Promise<number> {
    requireActive(webhook);
    return window.onlyFailed ? this.replayFailed(tx, webhook, window) : this.replayAll(tx, webhook, window);
  }

  private async replayFailed(tx: Tx, { id }: Webhook, window: ReplayWindow): Promise<number> {
    const values = [id, ...bounds(window), id];
    const queued = await count(tx, `FROM webhook_deliveries WHERE ${FAILED}`, values);
    await tx.write(
      `UPDATE webhook_deliveries SET due_at = ?, tries = 0, reason = NULL, status = 'PENDING'
       WHERE ${FAILED}`,
      [toSqlInstant(new Date()), ...values],
    );
    return queued;
  }

  private async replayAll(tx: Tx, webhook: Webhook, window: ReplayWindow): Promise<number> {
    const values = [webhook.id, webhook.integrationId, webhook.companyId, ...bounds(window)];
    const queued = await count(tx, SUBSCRIBED, values);
    const now = toSqlInstant(new Date());
    const again = dialect.orUpdate('webhook_id, set_id, position', [
      `status = 'PENDING'`,
      `due_at = ${dialect.inserted('due_at')}`,
      'tries = 0',
      'reason = NULL',
    ]);
    await tx.write(
      `INSERT INTO webhook_deliveries (webhook_id, set_id, position, event, status, due_at, tries, created_at)
       SELECT b.webhook_id, e.set_id, e.position, e.type, 'PENDING', ?, 0, s.created_at ${SUBSCRIBED} ${again}`,
      [now, ...values],
    );
    return queued;
  }
}

function requireActive({ active }: Webhook): void {
  if (!active) throw DeliveryErrors.webhookDisabled();
}

function bounds({ since, until }: ReplayWindow): [string, string] {
  return [leastIdAt(EVENT_SET_ID_PREFIX, since), leastIdAt(EVENT_SET_ID_PREFIX, until)];
}

async function count(tx: Tx, from: string, values: SqlValue[]): Promise<number> {
  const [row] = await tx.select<{ n: string | number }>(`SELECT COUNT(*) AS n ${from}`, values);
  const events = Number(row?.n ?? 0);
  if (events <= MOST_EVENTS) return events;
  const message = `The window holds ${events} events; replay at most ${MOST_EVENTS} at once, with a nearer until`;
  throw validationError([{ path: 'until', message }]);
}
