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
      summary: 'Create a webhook',
      description:
        'Also needs the read scope of each event. Store the secret: it is shown only at creation and rotation.',
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
      summary: 'List webhooks',
      description: 'Lists webhooks for which the caller has the scope of every event.',
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
      summary: 'List event types',
      description: 'Each with its JSON Schema and an example.',
    })
    @ApiOkResponse({ type: EventTypesResponse })
    eventTypes(@door.Caller() _caller: IntegrationCaller): EventTypesResponse {
      return { eventTypes: [...EVENT_TYPES] };
    }

    @Get(':id')
    @door.Allow(MANAGE, 'ROLE_VIEWER')
    @ApiOperation({
      operationId: door.operation('getWebhook'),
      summary: 'Get a webhook',
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
      operationId: door.operation('updateWebhook'),
      summary: 'Update a webhook',
      description:
        'Needs the read scope of each event, before and after the change. Waiting deliveries of events that ' +
        'the webhook no longer receives are not sent.',
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
      summary: 'Delete a webhook',
      description: 'Also deletes its delivery log.',
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
      summary: 'Rotate the secret of a webhook',
      description: 'Requests are also signed with the old secret until the grace period ends.',
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
      summary: 'Test a webhook',
      description:
        'Sends a ping and returns the result. The result does not count as a success or failure of the webhook. Does not support Idempotency-Key.',
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
