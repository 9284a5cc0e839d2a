import type { OpenAPIObject } from '@nestjs/swagger';
import { EVENT_TYPES, type EventType } from '../../webhooks/events/event-types.js';

/** Headers of each request, which the receiver may check. */
const SENT_HEADERS = {
  'webhook-id': 'Id of the event. The same on every attempt.',
  'webhook-timestamp': 'Time of signing of this attempt, in epoch seconds.',
  'webhook-signature':
    '`v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`. Two, separated by a space, during a rotation.',
  'X-Webhook-Event': 'Name of the event.',
  'X-Webhook-Id': 'Id of the webhook.',
  'X-Webhook-Timestamp': 'Time of signing of this attempt, in ISO 8601.',
  'X-Webhook-Signature': '`sha256=` and the hex HMAC-SHA256 of the body only. Prefer `webhook-signature`.',
};

/** Name of the schema that all events share. */
const ENVELOPE = 'WebhookEvent';
const RECEIVED = {
  description: 'The event was received. After any other response or a timeout, the event is sent again.',
};

/** Describes the request for each type of event, which the product sends to webhooks (OpenAPI 3.1). */
export function documentWebhooks(document: OpenAPIObject): void {
  const { parameters = {}, schemas = {}, responses = {} } = document.components ?? {};
  for (const [name, description] of Object.entries(SENT_HEADERS)) {
    parameters[name] = { name, in: 'header', required: true, description, schema: { type: 'string' } };
  }
  const schemaOf = (name: string, schema: object): object => {
    schemas[name] ??= schema;
    return { $ref: `#/components/schemas/${name}` };
  };
  const webhooks = EVENT_TYPES.map((type) => [type.name, { post: operationOf(type, schemaOf) }]);
  responses['WebhookReceived'] = RECEIVED;
  Object.assign(document, {
    components: { ...document.components, parameters, schemas, responses },
    webhooks: Object.fromEntries(webhooks) as object,
  });
}

interface EventSchema {
  required: string[];
  properties: Record<'event' | 'timestamp' | 'integrationId' | 'data', object>;
}

/** @param schemaOf adds a schema to the components and returns a reference to it */
function operationOf(
  { name, description, schema, example, scope }: EventType,
  schemaOf: (name: string, schema: object) => object,
): object {
  const { required, properties } = schema as unknown as EventSchema;
  const { event, data, ...same } = properties;
  const envelope = schemaOf(ENVELOPE, {
    type: 'object',
    required,
    properties: { event: { type: 'string' }, ...same, data: { type: 'object', additionalProperties: true } },
  });
  const whole = { allOf: [envelope, { properties: { event, data: schemaOf(dataName(name), data) } }] };
  return {
    operationId: `on_${name.replace('.', '_')}`,
    summary: description,
    ...(scope && { 'x-required-scopes': [scope] }),
    security: [],
    parameters: Object.keys(SENT_HEADERS).map((header) => ({ $ref: `#/components/parameters/${header}` })),
    requestBody: { required: true, content: { 'application/json': { schema: whole, example } } },
    responses: { '2XX': { $ref: '#/components/responses/WebhookReceived' } },
  };
}

/**
 * Events about one kind of thing share the schema of their data: `supplier.created` has `SupplierEventData`.
 */
function dataName(event: string): string {
  const [thing = ''] = event.split('.');
  return `${thing.charAt(0).toUpperCase()}${thing.slice(1)}EventData`;
}
