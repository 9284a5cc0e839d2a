import { Injectable } from '@nestjs/common';
import { deleteOldest } from '../../platform/background/sweep.js';
import { Database } from '../../platform/database/database.js';
import { placeholders } from '../../platform/database/dialect.js';
import { leastIdAt } from '../../platform/ids/ids.js';
import { EVENT_SET_ID_PREFIX } from '../../platform/outbox/event.entity.js';
import { anyOf } from './delivery-queue.js';
import { ATTEMPT_ID_PREFIX } from './delivery.entity.js';

const ROWS_PER_STEP = 500;
const SETS_PER_STEP = 100;
const ENDPOINTS_PER_PAGE = 500;
/** Sorts after every event set id, because those begin with `evt_`. */
const AFTER_ALL_SETS = 'f';

interface EndpointRow {
  id: string;
  deleted_at: string | null;
}

interface KeyRow {
  webhook_id: string;
  set_id: string;
  position: string | number;
}

/** Deletes old deliveries and events, and the data of deleted webhooks. */
@Injectable()
export class WebhookRetention {
  constructor(private readonly database: Database) {}

  /**
   * Deletes old attempts and deliveries.
   * @returns the number of deleted rows
   */
  async sweepDeliveries(before: Date): Promise<number> {
    const attempts = await deleteOldest(
      this.database,
      'webhook_attempts',
      leastIdAt(ATTEMPT_ID_PREFIX, before),
    );
    let deliveries = 0;
    for await (const { id, deleted_at: deletedAt } of this.endpoints()) {
      const below = deletedAt === null ? leastIdAt(EVENT_SET_ID_PREFIX, before) : AFTER_ALL_SETS;
      const gone = await this.forgetDeliveries(id, below);
      if (gone === 0 && deletedAt !== null) await this.forgetEndpoint(id);
      deliveries += gone;
    }
    return attempts + deliveries;
  }

  /**
   * Deletes old event sets in two cases together: they were fanned out, and the change feed has dropped them.
   * Other sets must stay: a dispatcher must still deliver them, or the feed would silently skip them.
   * @returns the number of deleted sets
   */
  async sweepEvents(before: Date): Promise<number> {
    const rows = await this.database.select<{ id: string }>(
      `SELECT s.id FROM event_sets s WHERE s.id < ? AND s.fanned_out_at IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM change_log l WHERE l.set_id = s.id) ORDER BY s.id LIMIT ${SETS_PER_STEP}`,
      [leastIdAt(EVENT_SET_ID_PREFIX, before)],
    );
    if (rows.length === 0) return 0;
    const ids = rows.map(({ id }) => id);
    await this.database.transaction(async (tx) => {
      await tx.write(`DELETE FROM events WHERE set_id IN (${placeholders(ids.length)})`, ids);
      await tx.write(`DELETE FROM event_sets WHERE id IN (${placeholders(ids.length)})`, ids);
    });
    return rows.length;
  }

  /** Reads all endpoints page by page. */
  private async *endpoints(): AsyncGenerator<EndpointRow, void, undefined> {
    for (let last: string | undefined = ''; last !== undefined;) {
      const rows: EndpointRow[] = await this.database.select<EndpointRow>(
        `SELECT id, deleted_at FROM webhooks WHERE id > ? ORDER BY id LIMIT ${ENDPOINTS_PER_PAGE}`,
        [last],
      );
      yield* rows;
      last = rows.at(-1)?.id;
    }
  }

  private forgetEndpoint(id: string): Promise<unknown> {
    return this.database.transaction(async (tx) => {
      await tx.write('DELETE FROM webhook_resends WHERE webhook_id = ?', [id]);
      await tx.write('DELETE FROM webhooks WHERE id = ?', [id]);
    });
  }

  private async forgetDeliveries(webhookId: string, below: string): Promise<number> {
    const rows = await this.database.select<KeyRow>(
      `SELECT webhook_id, set_id, position FROM webhook_deliveries WHERE webhook_id = ? AND set_id < ?
       ORDER BY set_id, position LIMIT ${ROWS_PER_STEP}`,
      [webhookId, below],
    );
    if (rows.length === 0) return 0;
    const [where, values] = anyOf(rows.map((row) => ({ setId: row.set_id, position: Number(row.position) })));
    return this.database.transaction(async (tx) => {
      await tx.write(`DELETE FROM webhook_attempts WHERE webhook_id = ? AND ${where}`, [
        webhookId,
        ...values,
      ]);
      return tx.write(`DELETE FROM webhook_deliveries WHERE webhook_id = ? AND ${where}`, [
        webhookId,
        ...values,
      ]);
    });
  }
}
