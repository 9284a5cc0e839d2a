import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { dialect, placeholders } from '../../platform/database/dialect.js';
import { toIsoInstant, toSqlInstant } from '../../platform/database/instant.js';
import type { SqlValue } from '../../platform/database/sql.js';
import { validationError } from '../../platform/errors/common.errors.js';
import type { PageRequest } from '../../platform/paging/page.js';
import { idKey, readPage } from '../../platform/paging/read-page.js';
import { groupBy } from '../../platform/values/group-by.js';
import { leastIdAt } from '../../platform/ids/ids.js';
import { eventIdOf, eventKeyOf } from '../../platform/outbox/outbox.js';
import { EVENT_SET_ID_PREFIX } from '../../platform/outbox/event.entity.js';
import { DeliveryErrors } from './deliveries.errors.js';
import { ATTEMPT_ID_PREFIX, type DeliveryStatus } from './delivery.entity.js';
import type { DeliveryKey } from './delivery-queue.js';
import type {
  AttemptResponse,
  AttemptsResponse,
  DeliveriesResponse,
  DeliveryResponse,
} from './dto/delivery-responses.dto.js';
import { EVENT_TYPES } from '../events/event-types.js';

/** Two rounds of the default schedule. */
const MAX_ATTEMPTS_SHOWN = 20;
const ATTEMPTS = `webhook_attempts ${dialect.useIndex('ix_webhook_attempts_order')}`;
const ATTEMPT_COLUMNS = 'set_id, position, at, status_code, duration_ms, answer, error';
/** Byte limit of all endpoint responses on one page. */
const MAX_ANSWERS_BYTES = 640 * 1024;
const MAX_CHARACTER_BYTES = 4;

/** Filters of the delivery log. */
export interface LogQuery {
  status?: DeliveryStatus;
  /** Only for events that happened at or after this time. */
  since?: Date;
}

interface DeliveryRow {
  set_id: string;
  position: string | number;
  event: string;
  status: DeliveryStatus;
  due_at: string;
  reason: string | null;
  created_at: string;
}

interface AttemptRow {
  set_id: string;
  position: string | number;
  at: string;
  status_code: string | number | null;
  duration_ms: string | number;
  answer: string;
  error: string | null;
}

/** Reads what was sent to an endpoint, the results, and what still waits. */
@Injectable()
export class DeliveryLog {
  constructor(private readonly database: Database) {}

  /**
   * Returns one page, latest event first.
   * @param events event types that the caller may see
   * @throws VALIDATION_ERROR for an invalid cursor
   */
  async page(
    webhookId: string,
    events: string[],
    query: LogQuery,
    { size, cursor }: PageRequest,
  ): Promise<DeliveriesResponse> {
    const [where, values] = conditionsOf(webhookId, events, query, cursor);
    const rows = await this.database.select<DeliveryRow>(
      `SELECT set_id, position, event, status, due_at, reason, created_at FROM webhook_deliveries
       WHERE ${where} ORDER BY set_id DESC, position DESC LIMIT ${size + 1}`,
      values,
    );
    const shown = rows.slice(0, size);
    const attempts = await this.attemptsOf(webhookId, shown.map(keyOf));
    const deliveries = shown.map((row) => answerOf(row, (attempts.get(idOf(row)) ?? []).map(attemptOf)));
    const nextCursor = rows.length > size ? (deliveries.at(-1)?.id ?? null) : null;
    return { deliveries, nextCursor };
  }

  /**
   * Returns one page of the attempts of a delivery, oldest first.
   * @throws NOT_FOUND
   */
  async attempts(
    webhookId: string,
    events: string[],
    deliveryId: string,
    request: PageRequest,
  ): Promise<AttemptsResponse> {
    const { setId, position } = eventKeyOf(deliveryId) as DeliveryKey;
    const values = [webhookId, setId, position];
    const [delivery] = await this.database.select<{ event: string }>(
      'SELECT event FROM webhook_deliveries WHERE webhook_id = ? AND set_id = ? AND position = ?',
      values,
    );
    if (!delivery || !events.includes(delivery.event)) throw DeliveryErrors.notFound(deliveryId);
    const listing = {
      columns: ATTEMPT_COLUMNS,
      from: ATTEMPTS,
      where: 'webhook_id = ? AND set_id = ? AND position = ?',
      values,
      keys: [idKey('id', ATTEMPT_ID_PREFIX)],
    };
    const { items, total, nextCursor } = await readPage<AttemptRow>(this.database, listing, request);
    return { attempts: items.map(attemptOf), total, nextCursor };
  }

  /** Returns the last attempts of each delivery, oldest first. */
  private async attemptsOf(webhookId: string, keys: DeliveryKey[]): Promise<Map<string, AttemptRow[]>> {
    if (keys.length === 0) return new Map();
    const answers = keys.length * MAX_ATTEMPTS_SHOWN;
    const characters = Math.floor(MAX_ANSWERS_BYTES / (answers * MAX_CHARACTER_BYTES));
    const columns = ATTEMPT_COLUMNS.replace('answer', `SUBSTR(answer, 1, ${characters}) AS answer`);
    const last = `SELECT * FROM (SELECT ${columns} FROM ${ATTEMPTS}
       WHERE webhook_id = ? AND set_id = ? AND position = ? ORDER BY id DESC LIMIT ${MAX_ATTEMPTS_SHOWN})`;
    const rows = await this.database.select<AttemptRow>(
      keys.map((_, index) => `${last} of_${index}`).join(' UNION ALL '),
      keys.flatMap(({ setId, position }) => [webhookId, setId, position]),
    );
    return groupBy(rows.reverse(), idOf);
  }
}

function conditionsOf(
  webhookId: string,
  events: string[],
  { status, since }: LogQuery,
  cursor: string | undefined,
): [string, SqlValue[]] {
  const conditions: [string, ...SqlValue[]][] = [['webhook_id = ?', webhookId]];
  if (events.length < EVENT_TYPES.length)
    conditions.push([`event IN (${placeholders(events.length)})`, ...events]);
  if (status !== undefined) conditions.push(['status = ?', status]);
  if (since !== undefined) conditions.push(['set_id >= ?', leastIdAt(EVENT_SET_ID_PREFIX, since)]);
  if (cursor !== undefined) {
    const { setId, position } = placeOf(cursor);
    conditions.push(['set_id <= ? AND (set_id < ? OR position < ?)', setId, setId, position]);
  }
  return [conditions.map(([text]) => text).join(' AND '), conditions.flatMap(([, ...values]) => values)];
}

function placeOf(cursor: string): DeliveryKey {
  const key = eventKeyOf(cursor);
  if (key) return key;
  throw validationError([{ path: 'cursor', message: 'cursor must be a nextCursor of the same list' }]);
}

function keyOf(row: { set_id: string; position: string | number }): DeliveryKey {
  return { setId: row.set_id, position: Number(row.position) };
}

function idOf(row: { set_id: string; position: string | number }): string {
  return eventIdOf(row.set_id, Number(row.position));
}

function answerOf(row: DeliveryRow, attempts: AttemptResponse[]): DeliveryResponse {
  const id = idOf(row);
  const now = toSqlInstant(new Date());
  return {
    id,
    eventId: id,
    event: row.event,
    status: row.status,
    reason: row.reason,
    createdAt: toIsoInstant(row.created_at),
    nextAttemptAt: row.status === 'PENDING' && row.due_at > now ? toIsoInstant(row.due_at) : null,
    attempts,
  };
}

function attemptOf(row: AttemptRow): AttemptResponse {
  return {
    at: toIsoInstant(row.at),
    statusCode: row.status_code === null ? null : Number(row.status_code),
    durationMs: Number(row.duration_ms),
    answer: row.answer,
    error: row.error,
  };
}
