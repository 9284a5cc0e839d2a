import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, type Type } from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
} from '@nestjs/swagger';
import { Idempotency } from '../../idempotency/idempotency.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import {
  IdempotentCall,
  refuseIdempotencyKey,
  ApiIdempotencyKey,
} from '../../idempotency/api-idempotency-key.js';
import type { IntegrationAudience, IntegrationCaller } from '../../integrations/audiences.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { HoldsNoConnection } from '../../platform/http/route-access.js';
import { PageAndLimitQuery } from '../../platform/paging/dto/page-queries.dto.js';
import { Pinger } from './pinger.js';
import { EVENT_TYPES } from '../events/event-types.js';
import {
  EventTypesResponse,
  NewWebhookResponse,
  PingResponse,
  WebhookResponse,
  WebhookListResponse,
} from './dto/webhook-responses.dto.js';
import { NewWebhookRequest, RotateSecretRequest, WebhookChangeRequest } from './dto/webhook-requests.dto.js';
import { WebhooksService } from './webhooks.service.js';
import { IdParam } from '../../platform/http/id-param.js';
import { WEBHOOK_ID } from './webhooks.errors.js';

const MANAGE = 'integration:webhooks:manage';
const { validation, notFound, conflict, limitReached } = CommonErrors;

/** Creates the controller of webhooks for one audience. */
// The limit counts the whole class; each of its methods is short.
// eslint-disable-next-line max-lines-per-function
export function createWebhooksController(door: IntegrationAudience, path: string): Type<object> {
  @door.Documented('webhooks')
  @Controller(`${door.path}/${path}`)
  class WebhooksController {
    constructor(
      private readonly webhooks: WebhooksService,
      private readonly pinger: Pinger,
      private readonly idempotency: Idempotency,
    ) {}

    @Post()
    @door.Allow(MANAGE, 'ROLE_API_SECURITY')
    @ApiIdempotencyKey()
    @ApiOperation({
      operationId: door.operation('createWebhook'),
      summary: 'Be told of events',
      description:
        'Needs the read scope of each event too. Keep the secret: it is shown here and at rotation only.',
    })
    @ApiCreatedResponse({ type: NewWebhookResponse })
    @ApiErrors(validation, limitReached)
    async create(
      @door.Caller() caller: IntegrationCaller,
      @Body() input: NewWebhookRequest,
      @IdempotentCall() keyed: IdempotentRequest,
    ): Promise<NewWebhookResponse> {
      const url = await this.webhooks.allowedUrl(input.url, caller.owner);
      return this.idempotency.run(keyed, async (tx) => {
        const { webhook, secret } = await this.webhooks.create(tx, caller, { ...input, url });
        return NewWebhookResponse.withSecret(webhook, secret);
      });
    }

    @Get()
    @door.Allow(MANAGE, 'ROLE_VIEWER')
    @ApiOperation({
      operationId: door.operation('listWebhooks'),
      summary: 'The webhooks of the integration',
      description: 'Those whose events the caller may all be told of.',
    })
    @ApiOkResponse({ type: WebhookListResponse })
    @ApiErrors(validation)
    async list(
      @door.Caller() caller: IntegrationCaller,
      @Query() query: PageAndLimitQuery,
    ): Promise<WebhookListResponse> {
      return WebhookListResponse.of(await this.webhooks.list(caller, PageAndLimitQuery.toPage(query)));
    }

    @Get('event-types')
    @door.Allow(MANAGE, 'ROLE_VIEWER')
    @ApiOperation({
      operationId: door.operation('listEventTypes'),
      summary: 'The events there are, each with schema and example',
    })
    @ApiOkResponse({ type: EventTypesResponse })
    eventTypes(@door.Caller() _caller: IntegrationCaller): EventTypesResponse {
      return { eventTypes: [...EVENT_TYPES] };
    }

    @Get(':id')
    @door.Allow(MANAGE, 'ROLE_VIEWER')
    @ApiOperation({
      operationId: door.operation('getWebhook'),
      summary: 'One webhook, and how its deliveries go',
    })
    @ApiOkResponse({ type: WebhookResponse })
    @ApiErrors(notFound)
    async find(
      @door.Caller() caller: IntegrationCaller,
      @IdParam('id', WEBHOOK_ID) id: string,
    ): Promise<WebhookResponse> {
      return WebhookResponse.of(await this.webhooks.find(caller, id));
    }

    @Patch(':id')
    @door.Allow(MANAGE, 'ROLE_API_SECURITY')
    @ApiOperation({
      operationId: door.operation('changeWebhook'),
      summary: 'Change, disable or enable a webhook',
      description:
        'Needs the read scope of each event that it is told of, before and after the change. What waits of events that ' +
        'it is told of no longer is given up.',
    })
    @ApiOkResponse({ type: WebhookResponse })
    @ApiErrors(validation, notFound)
    async change(
      @door.Caller() caller: IntegrationCaller,
      @IdParam('id', WEBHOOK_ID) id: string,
      @Body() change: WebhookChangeRequest,
    ): Promise<WebhookResponse> {
      if (change.url !== undefined) change.url = await this.webhooks.allowedUrl(change.url, caller.owner);
      return WebhookResponse.of(await this.webhooks.change(caller, id, change));
    }

    @Delete(':id')
    @HttpCode(204)
    @door.Allow(MANAGE, 'ROLE_API_SECURITY')
    @ApiOperation({
      operationId: door.operation('deleteWebhook'),
      summary: 'Remove a webhook and its delivery log',
    })
    @ApiNoContentResponse()
    @ApiErrors(notFound)
    async remove(
      @door.Caller() caller: IntegrationCaller,
      @IdParam('id', WEBHOOK_ID) id: string,
    ): Promise<void> {
      await this.webhooks.remove(caller, id);
    }

    @Post(':id/rotate-secret')
    @HttpCode(200)
    @door.Allow(MANAGE, 'ROLE_API_SECURITY')
    @ApiIdempotencyKey()
    @ApiOperation({
      operationId: door.operation('rotateWebhookSecret'),
      summary: 'Change to a new secret',
      description: 'The old one signs too until the grace is over.',
    })
    @ApiBody({ type: RotateSecretRequest, required: false })
    @ApiOkResponse({ type: NewWebhookResponse })
    @ApiErrors(validation, notFound)
    rotate(
      @door.Caller() caller: IntegrationCaller,
      @IdParam('id', WEBHOOK_ID) id: string,
      @Body() { graceSeconds }: RotateSecretRequest,
      @IdempotentCall() keyed: IdempotentRequest,
    ): Promise<NewWebhookResponse> {
      return this.idempotency.run(keyed, async (tx) => {
        const { webhook, secret } = await this.webhooks.rotate(tx, caller, id, graceSeconds);
        return NewWebhookResponse.withSecret(webhook, secret);
      });
    }

    @Post(':id/test')
    @HttpCode(200)
    @HoldsNoConnection()
    @door.Allow(MANAGE, 'ROLE_API_SECURITY')
    @ApiOperation({
      operationId: door.operation('testWebhook'),
      summary: 'Send a ping now',
      description:
        'Tells how it went. Takes no Idempotency-Key. Whatever comes of it counts neither for nor against.',
    })
    @ApiOkResponse({ type: PingResponse })
    @ApiErrors(notFound, conflict)
    async test(
      @door.Caller() caller: IntegrationCaller,
      @IdParam('id', WEBHOOK_ID) id: string,
      @IdempotentCall() keyed: IdempotentRequest,
    ): Promise<PingResponse> {
      refuseIdempotencyKey(keyed);
      return this.pinger.ping(await this.webhooks.findToSend(caller, id));
    }
  }
  return WebhooksController;
}
