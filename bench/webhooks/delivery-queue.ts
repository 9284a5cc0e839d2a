import { setTimeout as wait } from 'node:timers/promises';
import { newId } from '../../src/platform/ids/ids.js';
import type { Tenant } from '../tenant.js';

const POLL_MS = 20;
const GIVE_UP_MS = 120_000;
/** Lets the query use an index: it is asked often, beside what is measured. */
const AMONG_ENDPOINTS = 'webhook_id IN (SELECT id FROM webhooks WHERE active = 1)';
const EMPTIED = ['webhook_attempts', 'webhook_deliveries', 'events', 'event_sets'];
export const EVENTS_PER_SET = 500;

/** The events and deliveries of a tenant, seen from outside the product: straight through the driver. */
export class DeliveryQueueOutside {
  constructor(
    private readonly tenant: Tenant,
    private readonly webhookIds: string[],
  ) {}

  /** Forgets all events, and has so many endpoints subscribed to what comes. */
  async begin(endpoints: number): Promise<void> {
    const { database, place } = this.tenant;
    await database.write('UPDATE webhooks SET active = 0');
    await this.until(`EXISTS (SELECT 1 FROM event_sets WHERE fanned_out_at IS NULL)`);
    await this.until('EXISTS (SELECT 1 FROM webhooks WHERE lease IS NOT NULL)');
    for (const table of EMPTIED) {
      await database.write(place.DATABASE_URL ? `TRUNCATE TABLE ${table}` : `DELETE FROM ${table}`);
    }
    for (const id of this.webhookIds.slice(0, endpoints)) {
      await database.write('UPDATE webhooks SET active = 1 WHERE id = ?', [id]);
    }
  }

  /** Writes events as a bulk call would, in one transaction; the product finds them when it next looks. */
  async add(sets: number): Promise<void> {
    const { database, owner, statements } = this.tenant;
    await database.transaction(async (sql) => {
      for (let set = 0; set < sets; set += 1) {
        const id = newId('evt');
        const { companyId, integrationId } = owner;
        await sql.write(statements.eventSet, [
          id,
          companyId,
          integrationId,
          EVENTS_PER_SET + 1,
          sqlInstant(),
        ]);
        const places = Array.from({ length: EVENTS_PER_SET + 1 }, (_, place) => place);
        await sql.write(
          statements.events,
          places.flatMap((place) => [id, place, EVENT, JSON.stringify(eventData(place))]),
        );
      }
    });
  }

  /** Until every event was sent to whom it concerns. @throws where one was not sent, or not logged. */
  async untilDelivered(events: number): Promise<void> {
    await this.until(
      `EXISTS (SELECT 1 FROM event_sets WHERE fanned_out_at IS NULL)
       OR EXISTS (SELECT 1 FROM webhook_deliveries WHERE ${AMONG_ENDPOINTS} AND status = 'PENDING')`,
    );
    const [row] = await this.tenant.database.select<{ logged: string | number }>(
      'SELECT COUNT(*) AS logged FROM webhook_attempts WHERE status_code = 200',
    );
    if (Number(row?.logged) !== events) throw new Error(`${row?.logged} of ${events} deliveries were logged`);
  }

  private async until(isBusy: string): Promise<void> {
    for (const end = Date.now() + GIVE_UP_MS; Date.now() < end; await wait(POLL_MS)) {
      const [row] = await this.tenant.database.select<{ busy: number }>(`SELECT ${isBusy} AS busy`);
      if (Number(row?.busy) === 0) return;
    }
    throw new Error(`The product did not come to its end in ${GIVE_UP_MS / 1000} s`);
  }
}

export const EVENT = 'supplier.updated';

/** What an event about a stored supplier holds. */
export function eventData(place: number): { externalId: string; internalId: string } {
  return {
    externalId: `SUP-${String(place).padStart(8, '0')}`,
    internalId: `sup_${String(place).padStart(26, '0')}`,
  };
}

function sqlInstant(): string {
  return new Date().toISOString().replace('T', ' ').replace('Z', '');
}
