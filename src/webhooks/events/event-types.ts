import type { Scope } from '../../auth/principal/scopes.js';
import { DDS_STATUSES } from '../../compliance/dds/dds.entity.js';
import { CHANGES, eventTypeOf } from '../../records/record-types/record-events.js';
import { ENTITY_TYPES, type EntityType } from '../../records/record-types/record-type.js';

type Json = Record<string, unknown>;

/** A type of event that webhooks can subscribe to. */
export interface EventType {
  name: string;
  description: string;
  /** Scope that a subscriber needs; undefined if managing webhooks is enough. */
  scope?: Scope;
  /** JSON Schema of the whole body. */
  schema: Json;
  example: Json;
}

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const EXAMPLE_INTEGRATION = 'int_01kan2x5v6fkrb3m1s3c1v9y7t';
const EXAMPLE_TIME = '2026-11-22T08:00:00.000Z';
/** The event of `POST /{id}/test`. Nobody can subscribe to it. */
export const PING = 'ping';

const text = { type: 'string', minLength: 1 };
const count = { type: 'integer', minimum: 0 };
/** Schema of things that a credential created or changed: kind, id, and name or host. */
const things = {
  type: 'array',
  items: {
    type: 'object',
    required: ['kind', 'id', 'name'],
    properties: { kind: text, id: text, name: { type: 'string' } },
  },
};
const doings = {
  type: 'object',
  required: ['made', 'changed', 'more'],
  properties: { made: things, changed: things, more: count },
};
const instant = { type: 'string', format: 'date-time' };

/** @param later properties that older events do not have */
function eventType(
  name: string,
  scope: Scope | undefined,
  description: string,
  properties: Json,
  data: Json,
  later: Json = {},
): EventType {
  return {
    name,
    description,
    ...(scope ? { scope } : {}),
    schema: {
      $schema: DIALECT,
      title: name,
      type: 'object',
      required: ['event', 'timestamp', 'integrationId', 'data'],
      properties: {
        event: { const: name },
        timestamp: instant,
        integrationId: { type: 'string', pattern: '^int_[0-9a-z]{26}$' },
        data: {
          type: 'object',
          required: Object.keys(properties),
          properties: { ...properties, ...later },
        },
      },
    },
    example: { event: name, timestamp: EXAMPLE_TIME, integrationId: EXAMPLE_INTEGRATION, data },
  };
}

const RECORDS: Record<EntityType, { scope: Scope; id: string; externalId: string }> = {
  SUPPLIER: {
    scope: 'integration:suppliers:read',
    id: 'sup_01kan2x5v6fkrb3m1s3c1v9y7t',
    externalId: 'SUP-001',
  },
  PRODUCT: {
    scope: 'integration:products:read',
    id: 'prd_01kan2x5v6fkrb3m1s3c1v9y7t',
    externalId: 'ITEM-001',
  },
  BATCH: {
    scope: 'integration:batches:read',
    id: 'bat_01kan2x5v6fkrb3m1s3c1v9y7t',
    externalId: 'LOT-2026-0042',
  },
};

function recordTypes(entityType: EntityType): EventType[] {
  const { scope, id, externalId } = RECORDS[entityType];
  const properties = { externalId: text, internalId: text };
  return CHANGES.map((change) =>
    eventType(
      eventTypeOf(entityType, change),
      scope,
      `A ${entityType.toLowerCase()} was ${change}.`,
      properties,
      { externalId, internalId: id },
    ),
  );
}

function runType(outcome: string, description: string, created: number, errors: number): EventType {
  const properties = { entityType: { enum: ENTITY_TYPES }, created: count, updated: count, errors: count };
  const data = { entityType: 'SUPPLIER', created, updated: 0, errors };
  return eventType(`sync.${outcome}`, 'integration:sync:read', description, properties, data);
}

function ddsType(verb: string, description: string, previousStatus: string, newStatus: string): EventType {
  const properties = {
    batchExternalId: text,
    ddsNumber: text,
    previousStatus: { enum: [...DDS_STATUSES, null] },
    newStatus: { enum: DDS_STATUSES },
  };
  const data = {
    batchExternalId: 'LOT-2026-0042',
    ddsNumber: 'DDS-20261122-3C1V9Y7T0000',
    previousStatus,
    newStatus,
  };
  return eventType(`dds.${verb}`, 'integration:dds:read', description, properties, data);
}

/** The catalogue of all event types. */
export const EVENT_TYPES: readonly EventType[] = [
  ...ENTITY_TYPES.flatMap(recordTypes),
  runType('completed', 'A bulk call finished. Some rows may have been rejected.', 12, 1),
  runType('failed', 'A bulk call saved nothing: every row was rejected, or the service failed.', 0, 3),
  ddsType(
    'status_changed',
    'The status of a DDS changed. A new DDS has no earlier status.',
    'DRAFT',
    'SUBMITTED',
  ),
  ddsType('submitted', 'A DDS was submitted.', 'DRAFT', 'SUBMITTED'),
  ddsType('approved', 'A DDS was approved.', 'SUBMITTED', 'APPROVED'),
  eventType(
    'credential.revoked',
    undefined,
    'A credential of the integration was revoked. `acts` lists what it created and changed.',
    { credentialId: text, name: { type: 'string' }, prefix: text, revokedAt: instant },
    {
      credentialId: 'tok_01kan2x5v6fkrb3m1s3c1v9y7t',
      name: 'SAP night job',
      prefix: 'eudr_live_a1b2c3d4',
      revokedAt: EXAMPLE_TIME,
      leaked: true,
      acts: {
        made: [{ kind: 'webhook', id: 'wh_01kan2x5v6fkrb3m1s3c1v9y7t', name: 'erp.acme.example' }],
        changed: [],
        more: 0,
      },
    },
    { leaked: { type: 'boolean' }, acts: doings },
  ),
];

/** Means every event whose scope the caller holds at the time of the call. */
export const ALL_EVENTS = '*';

const byName = new Map(EVENT_TYPES.map((type) => [type.name, type]));

export function isEventType(name: unknown): boolean {
  return typeof name === 'string' && byName.has(name);
}

/**
 * Returns the scopes that a subscription to these events needs, without repetition. `*` needs none, because
 * it covers only events whose scopes the caller holds.
 */
export function scopesFor(events: readonly string[]): Scope[] {
  return [...new Set(events.flatMap((name) => byName.get(name)?.scope ?? []))];
}

/** Replaces `*` by the names of all events that these scopes allow. */
export function expanded(events: readonly string[], held: readonly string[]): string[] {
  if (!events.includes(ALL_EVENTS)) return [...events];
  const mayKnow = ({ scope }: EventType): boolean => scope === undefined || held.includes(scope);
  return EVENT_TYPES.filter(mayKnow).map(({ name }) => name);
}
