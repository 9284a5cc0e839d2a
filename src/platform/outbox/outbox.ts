import { EventEmitter } from 'node:events';
import type { Tx } from '../database/database.js';
import { rowPlaceholders } from '../database/dialect.js';
import { toSqlInstant } from '../database/instant.js';
import { idPattern, newId } from '../ids/ids.js';
import { EVENT_SET_ID_PREFIX } from './event.entity.js';

/** A fact that something changed, as those who subscribe to it are told. */
export interface NewEvent {
  type: string;
  data: Record<string, unknown>;
}

/** Whose change it is. */
export interface EventOrigin {
  companyId: string;
  integrationId: string;
}

/** Tells, in the process that wrote them, that events have committed; others find them when they look. */
export const committedEvents = new EventEmitter<{ committed: [] }>();

/**
 * Writes events in the transaction of the change itself (transactional outbox): either both commit or neither.
 * Two statements, however many events there are.
 * @returns the id of their set, or undefined where there are none.
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

/** What callers know an event by: stable, and unique in the product. */
export function eventIdOf(setId: string, position: number): string {
  return `${setId}_${position}`;
}

/** The form of an event's id, for JSON Schema and for `RegExp`: that of its set, and its place in it. */
export const EVENT_ID_PATTERN = idPattern(EVENT_SET_ID_PREFIX).replace(
  /^\^(.*)\$$/,
  '^($1)_(0|[1-9]\\d{0,8})$',
);

const EVENT_ID = new RegExp(EVENT_ID_PATTERN);

/** The place of an event in its set, or undefined for text that is no event's id. */
export function eventKeyOf(eventId: string): { setId: string; position: number } | undefined {
  const [, setId, position] = EVENT_ID.exec(eventId) ?? [];
  return setId === undefined ? undefined : { setId, position: Number(position) };
}
