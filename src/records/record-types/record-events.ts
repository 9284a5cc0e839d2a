import type { NewEvent } from '../../platform/outbox/outbox.js';
import type { Plan } from '../engine/upsert-plan.js';
import type { RunSummary } from '../sync-logs/sync-logs.js';
import { type EntityType, ENTITY_TYPES, type RecordType } from './record-type.js';

export const CHANGES = ['created', 'updated', 'deleted'] as const;
export type Change = (typeof CHANGES)[number];

/** The events of a record type's changes: `supplier.created`. */
export function recordEvent(
  { entityType }: Pick<RecordType, 'entityType'>,
  change: Change,
  { id, externalId }: { id: string; externalId: string },
): NewEvent {
  return { type: eventTypeOf(entityType, change), data: { externalId, internalId: id } };
}

export function eventTypeOf(entityType: EntityType, change: Change): string {
  return `${entityType.toLowerCase()}.${change}`;
}

/** What a record event says changed, or undefined for an event of another kind. */
export function changeOf(eventType: string): { entityType: EntityType; change: Change } | undefined {
  const [subject = '', verb] = eventType.split('.');
  const entityType = ENTITY_TYPES.find((type) => type === subject.toUpperCase());
  const change = CHANGES.find((known) => known === verb);
  return entityType && change && { entityType, change };
}

export function recordEvents(type: RecordType, { changes }: Plan): NewEvent[] {
  return changes.map((changed) => recordEvent(type, changed.change, changed));
}

/** How a bulk call went, as one event; a write of a single record is no sync run to those who subscribe. */
export function runEvents(run: RunSummary): NewEvent[] {
  if (run.action !== 'FULL_SYNC') return [];
  const { entityType, created = 0, updated = 0, errors = [], failure } = run;
  const failed = failure !== undefined || (errors.length > 0 && created + updated === 0);
  const data = { entityType, created, updated, errors: errors.length };
  return [{ type: failed ? 'sync.failed' : 'sync.completed', data }];
}
