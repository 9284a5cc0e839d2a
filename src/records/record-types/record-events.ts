import type { NewEvent } from '../../platform/outbox/outbox.js';
import { type EntityType, ENTITY_TYPES, type RecordType } from './record-type.js';

export const CHANGES = ['created', 'updated', 'deleted'] as const;
export type Change = (typeof CHANGES)[number];

/** Returns the event of a record's change, such as `supplier.created`. */
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

/** Returns the record type and the change of an event; undefined for other events. */
export function changeOf(eventType: string): { entityType: EntityType; change: Change } | undefined {
  const [subject = '', verb] = eventType.split('.');
  const entityType = ENTITY_TYPES.find((type) => type === subject.toUpperCase());
  const change = CHANGES.find((known) => known === verb);
  return entityType && change && { entityType, change };
}
