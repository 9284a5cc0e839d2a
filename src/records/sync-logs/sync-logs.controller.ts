import { Controller, Get, Query, type Type } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { IntegrationAudience, IntegrationCaller } from '../../integrations/audiences.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { TaggedResponse } from '../../platform/http/tagged-response.js';
import { IdParam } from '../../platform/http/id-param.js';
import { nextOf } from '../../platform/paging/lists.js';
import { SyncLogResponse, SyncLogsResponse } from './dto/sync-log.dto.js';
import { SyncLogsQuery } from './dto/sync-logs-query.dto.js';
import { SYNC_LOG_ID } from './sync-logs.errors.js';
import { SyncLogs } from './sync-logs.js';

/** Creates the controller of sync logs for one audience. */
export function createSyncLogsController(door: IntegrationAudience): Type<object> {
  @door.Documented('sync')
  @Controller(`${door.path}/sync-logs`)
  class SyncLogsController {
    constructor(private readonly logs: SyncLogs) {}

    @Get()
    @door.Allow('integration:sync:read', 'ROLE_VIEWER')
    @ApiOperation({
      operationId: door.operation('listSyncLogs'),
      summary: 'List sync runs',
      description:
        'Newest first. Each bulk call and each write of a single record is one run. Errors and warnings take at most 640 kB ' +
        'per page and 64 kB per run. `errorsLeftOut` and `warningsLeftOut` count ' +
        'the ones that are not listed. A lower `limit` shows more of each run.',
    })
    @TaggedResponse()
    @ApiOkResponse({ type: SyncLogsResponse })
    @ApiErrors(CommonErrors.validation)
    async list(
      @door.Caller() { owner }: IntegrationCaller,
      @Query() query: SyncLogsQuery,
    ): Promise<SyncLogsResponse> {
      const request = SyncLogsQuery.toPage(query);
      const { items, total, nextCursor } = await this.logs.list(owner, query, request);
      const { page, size: limit } = request;
      const data = items.map((log) => SyncLogResponse.of(log));
      return { data, total, page, limit, totalPages: Math.ceil(total / limit), ...nextOf(nextCursor) };
    }

    @Get(':id')
    @door.Allow('integration:sync:read', 'ROLE_VIEWER')
    @ApiOperation({
      operationId: door.operation('getSyncLog'),
      summary: 'Get a sync run',
    })
    @ApiOkResponse({ type: SyncLogResponse })
    @ApiErrors(CommonErrors.notFound)
    async find(
      @door.Caller() { owner }: IntegrationCaller,
      @IdParam('id', SYNC_LOG_ID) id: string,
    ): Promise<SyncLogResponse> {
      return SyncLogResponse.of(await this.logs.find(owner, id));
    }
  }
  return SyncLogsController;
}
