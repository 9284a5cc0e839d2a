import { Body, Controller, Get, HttpCode, Post, Query, type Type } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Idempotency } from '../../idempotency/idempotency.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import {
  IdempotentCall,
  refuseIdempotencyKey,
  ApiIdempotencyKey,
} from '../../idempotency/api-idempotency-key.js';
import type { IntegrationAudience, IntegrationCaller } from '../../integrations/audiences.js';
import { CommonErrors, validationError } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { parseInstant } from '../../platform/http/validation.js';
import { CursorAndLimitQuery } from '../../platform/paging/dto/page-queries.dto.js';
import { ALL_EVENTS, expanded } from '../events/event-types.js';
import { WebhooksService } from '../endpoints/webhooks.service.js';
import { DeliveryLog } from './delivery-log.js';
import { AttemptsResponse, DeliveriesResponse, QueuedResponse } from './dto/delivery-responses.dto.js';
import { DeliveriesQuery, ReplayRequest } from './dto/delivery-requests.dto.js';
import { Replay, type ReplayWindow } from './replay.js';
import { IdParam } from '../../platform/http/id-param.js';
import { WEBHOOK_ID } from '../endpoints/webhooks.errors.js';
import { DeliveryIdParam } from './delivery-id.param.js';

const MANAGE = 'integration:webhooks:manage';
const { validation, notFound, conflict } = CommonErrors;

/** Creates the controller of the delivery log and of resends, for one audience. */
// The limit counts the whole class; each of its methods is short.
// eslint-disable-next-line max-lines-per-function
export function createDeliveriesController(door: IntegrationAudience, path: string): Type<object> {
  @door.Documented('webhooks')
  @Controller(`${door.path}/${path}/:id`)
  class DeliveriesController {
    constructor(
      private readonly webhooks: WebhooksService,
      private readonly log: DeliveryLog,
      private readonly replays: Replay,
      private readonly idempotency: Idempotency,
    ) {}

    @Get('deliveries')
    @door.Allow(MANAGE, 'ROLE_VIEWER')
    @ApiOperation({
      operationId: door.operation('listDeliveries'),
      summary: 'List the deliveries of a webhook',
      description:
        'Kept for 30 days by default. Each event is listed with its last attempts. Events whose scope the caller ' +
        "does not have are left out. The receivers' responses take at most 640 kB per page: use a lower `limit`, or list the attempts of one " +
        'event, to see more.',
    })
    @ApiOkResponse({ type: DeliveriesResponse })
    @ApiErrors(validation, notFound)
    async deliveries(
      @door.Caller() caller: IntegrationCaller,
      @IdParam('id', WEBHOOK_ID) id: string,
      @Query() query: DeliveriesQuery,
    ): Promise<DeliveriesResponse> {
      const webhook = await this.webhooks.find(caller, id);
      const { status, since } = query;
      const from = since === undefined ? undefined : parseInstant(since);
      const filter = { ...(status ? { status } : {}), ...(from ? { since: from } : {}) };
      return this.log.page(webhook.id, toldOf(caller), filter, DeliveriesQuery.toPage(query));
    }

    @Get('deliveries/:deliveryId/attempts')
    @door.Allow(MANAGE, 'ROLE_VIEWER')
    @ApiOperation({
      operationId: door.operation('listAttempts'),
      summary: 'List the attempts of a delivery',
    })
    @ApiOkResponse({ type: AttemptsResponse })
    @ApiErrors(validation, notFound)
    async attempts(
      @door.Caller() caller: IntegrationCaller,
      @IdParam('id', WEBHOOK_ID) id: string,
      @DeliveryIdParam('deliveryId') deliveryId: string,
      @Query() query: CursorAndLimitQuery,
    ): Promise<AttemptsResponse> {
      const webhook = await this.webhooks.find(caller, id);
      return this.log.attempts(webhook.id, toldOf(caller), deliveryId, CursorAndLimitQuery.toPage(query));
    }

    @Post('deliveries/:deliveryId/redeliver')
    @HttpCode(202)
    @door.Allow(MANAGE, 'ROLE_API_SECURITY')
    @ApiOperation({
      operationId: door.operation('redeliverEvent'),
      summary: 'Redeliver an event',
      description:
        'Sends the event with the same event id and a new signature. The webhook must be subscribed to the event. Does not support Idempotency-Key.',
    })
    @ApiAcceptedResponse({ type: QueuedResponse })
    @ApiErrors(notFound, conflict)
    async redeliver(
      @door.Caller() caller: IntegrationCaller,
      @IdParam('id', WEBHOOK_ID) id: string,
      @DeliveryIdParam('deliveryId') deliveryId: string,
      @IdempotentCall() keyed: IdempotentRequest,
    ): Promise<QueuedResponse> {
      refuseIdempotencyKey(keyed);
      await this.replays.redeliver(await this.webhooks.findToSend(caller, id), deliveryId);
      return { queued: 1 };
    }

    @Post('replay')
    @HttpCode(202)
    @door.Allow(MANAGE, 'ROLE_API_SECURITY')
    @ApiIdempotencyKey()
    @ApiOperation({
      operationId: door.operation('replayEvents'),
      summary: 'Replay the events of a time window',
      description:
        "Use it after an outage. Sends all events of the webhook's subscriptions again, including events from the time when it was disabled. " +
        'With `status`: only the failed ones.',
    })
    @ApiAcceptedResponse({ type: QueuedResponse })
    @ApiErrors(validation, notFound, conflict)
    async replay(
      @door.Caller() caller: IntegrationCaller,
      @IdParam('id', WEBHOOK_ID) id: string,
      @Body() request: ReplayRequest,
      @IdempotentCall() keyed: IdempotentRequest,
    ): Promise<QueuedResponse> {
      const webhook = await this.webhooks.findToSend(caller, id);
      const window = windowOf(request);
      return this.idempotency.run(keyed, async (tx) => ({
        queued: await this.replays.replay(tx, webhook, window),
      }));
    }
  }
  return DeliveriesController;
}

/** Returns the event types that a caller may see. */
function toldOf({ scopes }: IntegrationCaller): string[] {
  return expanded([ALL_EVENTS], scopes);
}

function windowOf({ since, until, status }: ReplayRequest): ReplayWindow {
  const from = parseInstant(since) as Date;
  const to = until === undefined ? new Date(Date.now() + 1) : (parseInstant(until) as Date);
  if (to <= from) throw validationError([{ path: 'since', message: 'since must not be in the future' }]);
  return { since: from, until: to, onlyFailed: status === 'failed' };
}
