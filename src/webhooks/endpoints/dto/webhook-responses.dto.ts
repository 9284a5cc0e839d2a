import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { nextOf } from '../../../platform/paging/lists.js';
import type { Page } from '../../../platform/paging/page.js';
import type { Webhook } from '../webhook.entity.js';

/** A webhook as callers see it, without its secret. */
export class WebhookResponse {
  @ApiProperty({ example: 'wh_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'https://erp.acme.example/hooks/eudr' })
  url!: string;

  @ApiProperty({ type: [String], example: ['batch.created', 'dds.status_changed'] })
  events!: string[];

  @ApiProperty({ type: String, nullable: true, example: 'Goods inwards' })
  description!: string | null;

  @ApiProperty({ description: 'Whether it receives events.', example: true })
  active!: boolean;

  @ApiProperty({ description: 'Failed events in a row. At 10 the webhook is disabled.', example: 0 })
  failureCount!: number;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  lastDeliveredAt!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  disabledAt!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  disabledReason!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  updatedAt!: string;

  @ApiProperty({
    description: 'Id of the credential that created it.',
    example: 'tok_01kan2x5v6fkrb3m1s3c1v9y7t',
  })
  madeBy!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Id of the credential that last changed the URL.',
  })
  urlChangedBy!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Id of the credential that last changed the secret.',
  })
  secretChangedBy!: string | null;

  static of(webhook: Webhook): WebhookResponse {
    const { id, url, events, description, active, failureCount, disabledReason } = webhook;
    return {
      id,
      url,
      events,
      description,
      active: Boolean(active),
      failureCount,
      lastDeliveredAt: webhook.lastDeliveredAt?.toISOString() ?? null,
      disabledAt: webhook.disabledAt?.toISOString() ?? null,
      disabledReason,
      createdAt: webhook.createdAt.toISOString(),
      updatedAt: webhook.updatedAt.toISOString(),
      madeBy: webhook.credentialId,
      urlChangedBy: webhook.urlChangedBy,
      secretChangedBy: webhook.secretChangedBy,
    };
  }
}

/** A new webhook, with its secret. */
export class NewWebhookResponse extends WebhookResponse {
  @ApiProperty({
    description: 'Secret that signs the requests. Shown only at creation and rotation.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
  })
  secret!: string;

  static withSecret(webhook: Webhook, secret: string): NewWebhookResponse {
    return { ...WebhookResponse.of(webhook), secret };
  }
}

/** A page of an integration's webhooks, oldest first. */
export class WebhookListResponse {
  @ApiProperty({ type: [WebhookResponse] })
  webhooks!: WebhookResponse[];

  @ApiPropertyOptional({ description: 'Cursor of the next page. Absent on the last page.' })
  nextCursor?: string;

  static of({ items, nextCursor }: Page<Webhook>): WebhookListResponse {
    return { webhooks: items.map((webhook) => WebhookResponse.of(webhook)), ...nextOf(nextCursor) };
  }
}

/** The result of a ping. */
export class PingResponse {
  @ApiProperty({ example: 'wh_01kan2x5v6fkrb3m1s3c1v9y7t' })
  webhookId!: string;

  @ApiProperty({ example: 'https://erp.acme.example/hooks/eudr' })
  url!: string;

  @ApiProperty({ example: 'ping' })
  event!: string;

  @ApiPropertyOptional({ description: 'Absent if there was no response.', example: 200 })
  statusCode?: number;

  @ApiProperty({ example: true })
  success!: boolean;

  @ApiPropertyOptional({
    description: 'Reason of the failure. Absent on success.',
    example: 'Timed out after 10 s.',
  })
  error?: string;

  @ApiProperty({ example: 1 })
  attemptNumber!: number;

  @ApiProperty({ description: 'In milliseconds.', example: 41 })
  duration!: number;
}

class EventTypeResponse {
  @ApiProperty({ example: 'batch.created' })
  name!: string;

  @ApiProperty({ example: 'A batch was created.' })
  description!: string;

  @ApiPropertyOptional({ description: 'Scope that a subscriber needs.', example: 'integration:batches:read' })
  scope?: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'JSON Schema of the body.',
    example: {},
  })
  schema!: object;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'An example body.', example: {} })
  example!: object;
}

/** The catalogue of events. */
export class EventTypesResponse {
  @ApiProperty({ type: [EventTypeResponse] })
  eventTypes!: EventTypeResponse[];
}
