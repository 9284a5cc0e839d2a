import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Caller } from '../../access/auth/caller.js';
import type { IntegrationPrincipal } from '../../access/auth/principal.js';
import { RequireScopes } from '../../access/auth/require-scopes.js';
import { Idempotency } from '../../access/idempotency/idempotency.js';
import type { KeyedCall } from '../../access/idempotency/keyed-call.js';
import {
  Keyed,
  refuseIdempotencyKey,
  TakesIdempotencyKey,
} from '../../access/idempotency/takes-idempotency-key.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { Answers } from '../../platform/http/answers.js';
import { ownerOf } from '../../records/sync/owner.js';
import { Pinger } from '../deliveries/pinger.js';
import { EVENT_TYPES } from '../events/event-types.js';
import {
  EventTypesAnswer,
  NewWebhookAnswer,
  PingAnswer,
  WebhookAnswer,
  WebhookListAnswer,
} from './dto/webhook-answers.js';
import { NewWebhookRequest, RotateSecretRequest, WebhookChangeRequest } from './dto/webhook-requests.js';
import { WebhooksService } from './webhooks.service.js';

const MANAGE = 'integration:webhooks:manage';
const { validation, malformedJson, notFound, conflict, payloadTooLarge, unsupportedMediaType } = CommonErrors;
const bodyErrors = [validation, malformedJson, payloadTooLarge, unsupportedMediaType];

/** Who is told of events. */
@ApiTags('Webhooks')
@Controller('api/v1/integration/webhook-events')
export class WebhooksController {
  constructor(
    @Inject(WebhooksService) private readonly webhooks: WebhooksService,
    @Inject(Pinger) private readonly pinger: Pinger,
    @Inject(Idempotency) private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @RequireScopes(MANAGE)
  @TakesIdempotencyKey()
  @ApiOperation({
    operationId: 'createWebhook',
    summary: 'Be told of events',
    description:
      'Needs the read scope of each event too. Keep the secret: it is shown here and at rotation only.',
  })
  @ApiCreatedResponse({ type: NewWebhookAnswer })
  @Answers(...bodyErrors, conflict)
  async create(
    @Caller() caller: IntegrationPrincipal,
    @Body() wanted: NewWebhookRequest,
    @Keyed() keyed: KeyedCall,
  ): Promise<NewWebhookAnswer> {
    await this.webhooks.requireAllowed(wanted.url);
    return this.idempotency.run(keyed, async (tx) => {
      const { webhook, secret } = await this.webhooks.create(tx, caller, wanted);
      return NewWebhookAnswer.withSecret(webhook, secret);
    });
  }

  @Get()
  @RequireScopes(MANAGE)
  @ApiOperation({ operationId: 'listWebhooks', summary: 'The webhooks of the integration' })
  @ApiOkResponse({ type: WebhookListAnswer })
  async list(@Caller() caller: IntegrationPrincipal): Promise<WebhookListAnswer> {
    const webhooks = await this.webhooks.list(ownerOf(caller));
    return { webhooks: webhooks.map((webhook) => WebhookAnswer.of(webhook)) };
  }

  @Get('event-types')
  @RequireScopes(MANAGE)
  @ApiOperation({
    operationId: 'listEventTypes',
    summary: 'The events there are, each with schema and example',
  })
  @ApiOkResponse({ type: EventTypesAnswer })
  eventTypes(): EventTypesAnswer {
    return { eventTypes: [...EVENT_TYPES] };
  }

  @Get(':id')
  @RequireScopes(MANAGE)
  @ApiOperation({ operationId: 'getWebhook', summary: 'One webhook, and how its deliveries go' })
  @ApiOkResponse({ type: WebhookAnswer })
  @Answers(notFound)
  async find(@Caller() caller: IntegrationPrincipal, @Param('id') id: string): Promise<WebhookAnswer> {
    return WebhookAnswer.of(await this.webhooks.find(ownerOf(caller), id));
  }

  @Patch(':id')
  @RequireScopes(MANAGE)
  @ApiOperation({
    operationId: 'changeWebhook',
    summary: 'Change, disable or enable a webhook',
    description: 'Other events, or another address, need the read scopes of the events too.',
  })
  @ApiOkResponse({ type: WebhookAnswer })
  @Answers(...bodyErrors, notFound)
  async change(
    @Caller() caller: IntegrationPrincipal,
    @Param('id') id: string,
    @Body() change: WebhookChangeRequest,
  ): Promise<WebhookAnswer> {
    if (change.url !== undefined) await this.webhooks.requireAllowed(change.url);
    return WebhookAnswer.of(await this.webhooks.change(caller, id, change));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScopes(MANAGE)
  @ApiOperation({ operationId: 'deleteWebhook', summary: 'Remove a webhook and its delivery log' })
  @ApiNoContentResponse()
  @Answers(notFound)
  async remove(@Caller() caller: IntegrationPrincipal, @Param('id') id: string): Promise<void> {
    await this.webhooks.remove(ownerOf(caller), id);
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @RequireScopes(MANAGE)
  @TakesIdempotencyKey()
  @ApiOperation({
    operationId: 'rotateWebhookSecret',
    summary: 'Change to a new secret',
    description: 'The old one signs too until the grace is over.',
  })
  @ApiBody({ type: RotateSecretRequest, required: false })
  @ApiOkResponse({ type: NewWebhookAnswer })
  @Answers(...bodyErrors, notFound)
  rotate(
    @Caller() caller: IntegrationPrincipal,
    @Param('id') id: string,
    @Body() { graceSeconds }: RotateSecretRequest,
    @Keyed() keyed: KeyedCall,
  ): Promise<NewWebhookAnswer> {
    return this.idempotency.run(keyed, async (tx) => {
      const { webhook, secret } = await this.webhooks.rotate(tx, ownerOf(caller), id, graceSeconds);
      return NewWebhookAnswer.withSecret(webhook, secret);
    });
  }

  @Post(':id/test')
  @HttpCode(200)
  @RequireScopes(MANAGE)
  @ApiOperation({
    operationId: 'testWebhook',
    summary: 'Send a ping now',
    description:
      'Tells how it went. Takes no Idempotency-Key. Whatever comes of it counts neither for nor against.',
  })
  @ApiOkResponse({ type: PingAnswer })
  @Answers(notFound)
  async test(
    @Caller() caller: IntegrationPrincipal,
    @Param('id') id: string,
    @Keyed() keyed: KeyedCall,
  ): Promise<PingAnswer> {
    refuseIdempotencyKey(keyed);
    return this.pinger.ping(await this.webhooks.find(ownerOf(caller), id));
  }
}
