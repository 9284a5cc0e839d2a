import type { OpenAPIObject } from '@nestjs/swagger';
import { EVENT_TYPES, type EventType } from '../../webhooks/events/event-types.js';

/** The headers of each request, which the receiver may check. */
const SENT_HEADERS = {
  'webhook-id': 'The id of the event: the same on every attempt.',
  'webhook-timestamp': 'When this attempt was signed, in seconds since 1970.',
  'webhook-signature':
    '`v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`. While a rotation lasts there are two, with a space between.',
  'X-Webhook-Event': "The event's name.",
  'X-Webhook-Id': 'The id of the webhook.',
  'X-Webhook-Timestamp': 'When this attempt was signed, as ISO 8601.',
  'X-Webhook-Signature': '`sha256=` and the hex HMAC-SHA256 of the body alone. Prefer `webhook-signature`.',
};

/** Describes the request of each kind of event, which the product sends to an integration's webhooks (OpenAPI 3.1). */
export function documentWebhooks(document: OpenAPIObject): void {
  const parameters = ((document.components ??= {}).parameters ??= {});
  for (const [name, description] of Object.entries(SENT_HEADERS)) {
    parameters[name] = { name, in: 'header', required: true, description, schema: { type: 'string' } };
  }
  Object.assign(document, {
    webhooks: Object.fromEntries(EVENT_TYPES.map((type) => [type.name, { post: operationOf(type) }])),
  });
}

function operationOf({
  name,
  description,
  schema: { $schema: _, ...schema },
  example,
  scope,
}: EventType): object {
  return {
    operationId: `on_${name.replace('.', '_')}`,
    summary: description,
    ...(scope && { 'x-required-scopes': [scope] }),
    security: [],
    parameters: Object.keys(SENT_HEADERS).map((header) => ({ $ref: `#/components/parameters/${header}` })),
    requestBody: { required: true, content: { 'application/json': { schema, example } } },
    responses: {
      '2XX': { description: 'The event is received. Any other response, or none in time, is retried.' },
    },
  };
}
