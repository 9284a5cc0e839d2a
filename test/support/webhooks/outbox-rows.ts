import type { Database } from '../../../src/platform/database/database.js';
import { leastIdAt, newId } from '../../../src/platform/ids/ids.js';
import { Event, EventSet } from '../../../src/platform/outbox/event.entity.js';
import { Delivery, DeliveryAttempt } from '../../../src/webhooks/deliveries/delivery.entity.js';
import { Webhook } from '../../../src/webhooks/endpoints/webhook.entity.js';

const DAY_MS = 24 * 60 * 60 * 1000;

export const daysAgo = (days: number): Date => new Date(Date.now() - days * DAY_MS);

/** Returns a new id with this creation time. */
function idAt(prefix: 'evt' | 'att', at: Date): string {
  return leastIdAt(prefix, at).slice(0, -12) + newId(prefix).slice(-12);
}

/**
 * Inserts an endpoint that was created long ago.
 * @param deletedAt when it was deleted; null if it was not
 */
export async function putEndpoint(database: Database, deletedAt: Date | null = null): Promise<string> {
  const [id, createdAt] = [newId('wh'), daysAgo(100)];
  const owner = { companyId: newId('com'), integrationId: newId('int'), credentialId: newId('tok') };
  const row = { id, ...owner, url: 'https://erp.example/hooks', events: ['*'], secret: 'sealed' };
  const state = { active: deletedAt === null, failureCount: 0, createdAt, updatedAt: createdAt, deletedAt };
  await database.transaction((tx) => tx.manager.insert(Webhook, { ...row, ...state }));
  return id;
}

/**
 * Inserts a set of one event with this time.
 * @param fannedOut false if no dispatcher has seen it
 */
export async function putEvent(database: Database, at: Date, fannedOut = true): Promise<string> {
  const id = idAt('evt', at);
  const owner = { companyId: newId('com'), integrationId: newId('int') };
  await database.transaction(async (tx) => {
    const set = { id, ...owner, events: 1, createdAt: at, fannedOutAt: fannedOut ? at : null };
    await tx.manager.insert(EventSet, set);
    await tx.manager.insert(Event, { setId: id, position: 0, type: 'supplier.created', data: {} });
  });
  return id;
}

/** Inserts deliveries of an event with this time, each with one attempt at the same time. */
export async function putDeliveries(
  database: Database,
  webhookId: string,
  at: Date,
  howMany = 1,
): Promise<void> {
  const rows = Array.from({ length: howMany }, (_, position) => ({ webhookId, setId: '', position }));
  const setId = idAt('evt', at);
  const times = { dueAt: at, triedAt: at, createdAt: at };
  const attempted = { at, statusCode: 200, durationMs: 1, answer: '' };
  await database.transaction(async (tx) => {
    for (const row of rows) {
      const delivery = { ...row, setId, event: 'supplier.created', status: 'SUCCEEDED' as const, tries: 1 };
      await tx.manager.insert(Delivery, { ...delivery, ...times });
      await tx.manager.insert(DeliveryAttempt, { ...row, setId, id: idAt('att', at), ...attempted });
    }
  });
}
