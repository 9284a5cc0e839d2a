import { EventEmitter } from 'node:events';
import type { Tx } from '../database/database.js';
import { rowPlaceholders } from '../database/dialect.js';
import { toSqlInstant } from '../database/instant.js';
import { idPattern, newId } from '../ids/ids.js';
import { EVENT_SET_ID_PREFIX } from './event.entity.js';

/** An event: a fact that something changed, as subscribers see it. */
export interface NewEvent {
  type: string;
  data: Record<string, unknown>;
}

/** The company and the integration whose data changed. */
export interface EventOrigin {
  companyId: string;
  integrationId: string;
}

/** Signals in the same process that events have committed. Other processes find the events by polling. */
export const committedEvents = new EventEmitter<{ committed: [] }>();

/**
 * Writes events in the transaction of the change (transactional outbox), so both commit or neither. Two
 * statements, for any number of events.
 * @returns the id of the event set; undefined if there are no events
 */
export async function writeEvents(
  tx: Tx,
  origin: EventOrigin,
  events: NewEvent[],
): Promise<string | undefined> {
  if (events.length === 0) return undefined;
  const id = newId(EVENT_SET_ID_PREFIX);
  await tx.write(
    'INSERT INTO event_sets (id, company_id, integration_id, events, created_at) VALUES (?, ?, ?, ?, ?)',
    [id, origin.companyId, origin.integrationId, events.length, toSqlInstant(new Date())],
  );
  await tx.write(
    `INSERT INTO events (set_id, position, type, data) VALUES ${rowPlaceholders(events.length, 4)}`,
    events.flatMap(({ type, data }, position) => [id, position, type, JSON.stringify(data)]),
  );
  tx.afterCommit(() => committedEvents.emit('committed'));
  return id;
}

/** Returns the public id of an event. It is stable and unique. */
export function eventIdOf(setId: string, position: number): string {
  return `${setId}_${position}`;
}

/**
 * The pattern of an event's id, for JSON Schema and `RegExp`: the id of its set and its position in the set.
 */
export const EVENT_ID_PATTERN = idPattern(EVENT_SET_ID_PREFIX).replace(
  /^\^(.*)\$$/,
  '^($1)_(0|[1-9]\\d{0,8})$',
);

const EVENT_ID = new RegExp(EVENT_ID_PATTERN);

/** Returns the set and the position of an event; undefined if the text is not an event id. */
export function eventKeyOf(eventId: string): { setId: string; position: number } | undefined {
  const [, setId, position] = EVENT_ID.exec(eventId) ?? [];
  return setId === undefined ? undefined : { setId, position: Number(position) };
}
