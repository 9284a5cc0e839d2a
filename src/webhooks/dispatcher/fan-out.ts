import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Database } from '../../platform/database/database.js';
import { dialect, placeholders } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';

/** Maximum number of event sets per step. A step ends earlier if the sets hold `EVENTS` events. */
const SETS = 50;
const EVENTS = 500;

const WAITING = `SELECT id, events FROM event_sets WHERE fanned_out_at IS NULL ORDER BY id LIMIT ${SETS}`;

/**
 * An endpoint gets the events since its creation. If its creation time lies in the future, it gets all
 * events, because clocks differ and may be set back.
 */
const DELIVERIES = `
  INSERT INTO webhook_deliveries (webhook_id, set_id, position, event, status, due_at, tries, created_at)
  SELECT w.id, e.set_id, e.position, e.type, 'PENDING', ?, 0, ?
  FROM event_sets s
  JOIN webhooks w ON w.integration_id = s.integration_id AND w.company_id = s.company_id AND w.active = 1
    AND (w.created_at <= s.created_at OR w.created_at > ?)
  JOIN webhook_subscriptions b ON b.webhook_id = w.id
  JOIN events e ON e.set_id = s.id AND e.type = b.event_type
  WHERE s.id IN`;

/**
 * Puts committed events into the queues of the endpoints that subscribe to them.
 * One transaction marks a set and writes its deliveries. If two processes take the same set, the later one
 * waits for the row and finds it marked.
 * Sets are found by the missing mark instead of by id, so a set whose transaction commits late is never
 * skipped.
 */
@Injectable()
export class FanOut {
  constructor(private readonly database: Database) {}

  /** @returns whether there may be more sets */
  async step(): Promise<boolean> {
    const waiting = await this.database.select<{ id: string; events: string | number }>(WAITING);
    const taken = upToEnough(waiting.map(({ id, events }) => ({ id, events: Number(events) })));
    if (taken.length === 0) return false;
    await this.fanOut(taken);
    return taken.length < waiting.length || waiting.length === SETS;
  }

  private fanOut(setIds: string[]): Promise<void> {
    const by = randomUUID();
    return this.database.transaction(async (tx) => {
      const now = toSqlInstant(new Date());
      await tx.write(
        `UPDATE event_sets SET fanned_out_at = ?, fanned_out_by = ?
         WHERE id IN (${placeholders(setIds.length)}) AND fanned_out_at IS NULL`,
        [now, by, ...setIds],
      );
      const mine = `(${placeholders(setIds.length)}) AND s.fanned_out_by = ?`;
      const once = dialect.orUpdate('webhook_id, set_id, position', [
        'position = webhook_deliveries.position',
      ]);
      await tx.write(`${DELIVERIES} ${mine} ${once}`, [now, now, now, ...setIds, by]);
    });
  }
}

function upToEnough(sets: { id: string; events: number }[]): string[] {
  let sum = 0;
  const end = sets.findIndex(({ events }) => (sum += events) >= EVENTS);
  return sets.slice(0, end === -1 ? sets.length : end + 1).map(({ id }) => id);
}
