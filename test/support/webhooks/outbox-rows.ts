import type { Database } from '../../../src/platform/database/database.js';
import { leastIdAt, newId } from '../../../src/platform/ids/ids.js';
import { Event, EventSet } from '../../../src/platform/outbox/event.entity.js';
import { Delivery, DeliveryAttempt } from '../../../src/webhooks/deliveries/delivery.entity.js';
import { Webhook } from '../../../src/webhooks/endpoints/webhook.entity.js';

const DAY_MS = 24 * 60 * 60 * 1000;

export const daysAgo = (days: number): Date => new Date(Date.now() - days * DAY_MS);

/** An id that was made then, unlike any other. */
function idAt(prefix: 'evt' | 'att', at: Date): string {
  return leastIdAt(prefix, at).slice(0, -12) + newId(prefix).slice(-12);
}

/** Puts an endpoint there as time has left it: removed, if that is said. */
export async function putEndpoint(database: Database, deletedAt: Date | null = null): Promise<string> {
  const [id, createdAt] = [newId('wh'), daysAgo(100)];
  const owner = { companyId: newId('com'), integrationId: newId('int'), credentialId: newId('tok') };
  const row = { id, ...owner, url: 'https://erp.example/hooks', events: ['*'], secret: 'sealed' };
  const state = { active: deletedAt === null, failureCount: 0, createdAt, updatedAt: createdAt, deletedAt };
  await database.transaction((tx) => tx.manager.insert(Webhook, { ...row, ...state }));
  return id;
}

/** Puts a set of one event there that was written then. @param fannedOut false for one no dispatcher has seen. */
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

/** Puts deliveries of an event there, written with it, each with one attempt made at once. */
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
