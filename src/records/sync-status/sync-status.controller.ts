import { Body, Controller, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { CurrentIntegration } from '../../auth/principal/current-caller.js';
import type { IntegrationPrincipal } from '../../auth/principal/principal.js';
import { RequireScopes } from '../../auth/guard/require-scopes.js';
import { Database } from '../../platform/database/database.js';
import { CommonErrors, validationError } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { AcceptsBody } from '../../platform/http/route-access.js';
import { TaggedResponse } from '../../platform/http/tagged-response.js';
import { toListQuery } from '../engine/dto/record-list-query.dto.js';
import { RecordListResponse } from '../engine/dto/record-responses.dto.js';
import { SyncStatusQuery } from './dto/sync-status-query.dto.js';
import { MAX_NAMED, SYNC_STATUS_BODY, SyncStatusRequest } from './dto/sync-status-request.dto.js';
import { SyncTotalsResponse } from './dto/sync-totals.dto.js';
import { namedIds } from './named-ids.js';
import { type RecordList, RecordReader } from '../engine/record-reader.js';
import { ownerOf } from '../../integrations/owner.js';
import { RecordRegistry } from '../record-types/record-registry.js';
import { liveCounts } from '../state/integration-state.js';

/** Routes of the sync status. */
@ApiTags('Integration: sync')
@Controller('api/v1/integration/sync-status')
export class SyncStatusController {
  constructor(
    private readonly reader: RecordReader,
    private readonly registry: RecordRegistry,
    private readonly database: Database,
  ) {}

  @Get()
  @RequireScopes('integration:sync:read')
  @ApiOperation({
    operationId: 'getSyncStatus',
    summary: 'Get sync totals or list sync statuses',
    description: 'Without `entityType`: the number of records of each type. With it: a list of records.',
  })
  @ApiExtraModels(SyncTotalsResponse, RecordListResponse)
  @TaggedResponse()
  @ApiOkResponse({
    schema: {
      oneOf: [{ $ref: getSchemaPath(SyncTotalsResponse) }, { $ref: getSchemaPath(RecordListResponse) }],
    },
  })
  @ApiErrors(CommonErrors.validation)
  async status(
    @CurrentIntegration() caller: IntegrationPrincipal,
    @Query() query: SyncStatusQuery,
    @Req() { originalUrl }: FastifyRequest,
  ): Promise<SyncTotalsResponse | RecordList> {
    const owner = ownerOf(caller);
    const { entityType } = query;
    const externalIds = query.externalIds && namedIds(query.externalIds, originalUrl);
    if (entityType)
      return this.reader.list(this.registry.get(entityType), owner, toListQuery(query, externalIds));
    if (externalIds ?? query.since ?? query.cursor) {
      throw validationError([{ path: 'entityType', message: 'entityType is required to list records' }]);
    }
    return SyncTotalsResponse.of(await liveCounts(this.database, owner));
  }

  @Post()
  @HttpCode(200)
  @RequireScopes('integration:sync:read')
  @AcceptsBody(SYNC_STATUS_BODY)
  @ApiOperation({
    operationId: 'listSyncStatus',
    summary: `List the sync status of named records`,
    description: 'Changes nothing. Returns the same list as `GET`, on one page.',
  })
  @ApiOkResponse({ type: RecordListResponse })
  @ApiErrors(CommonErrors.validation)
  find(
    @CurrentIntegration() caller: IntegrationPrincipal,
    @Body() { entityType, externalIds }: SyncStatusRequest,
  ): Promise<RecordList> {
    const query = { page: 1, limit: MAX_NAMED, externalIds: [...new Set(externalIds)] };
    return this.reader.list(this.registry.get(entityType), ownerOf(caller), query);
  }
}
