import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { Caller } from '../../access/auth/caller.js';
import type { IntegrationPrincipal } from '../../access/auth/principal.js';
import { RequireScopes } from '../../access/auth/require-scopes.js';
import { Database } from '../../platform/database/database.js';
import { CommonErrors, validationError } from '../../platform/errors/common.errors.js';
import { Answers } from '../../platform/http/answers.js';
import { boundedPage, toListQuery } from './dto/list-query.js';
import { RecordListAnswer } from './dto/record-answers.js';
import { SyncLogAnswer, SyncLogsAnswer, SyncTotalsAnswer } from './dto/sync-answers.js';
import { SyncLogsQuery, SyncStatusQuery } from './dto/sync-queries.js';
import { type RecordList, RecordReader } from './engine/record-reader.js';
import { SyncLogs } from './logs/sync-logs.js';
import { ownerOf } from './owner.js';
import { RecordRegistry } from './record-registry.js';
import { liveCounts } from './state/integration-state.js';

/** What was synced, and how it went. */
@ApiTags('Sync')
@Controller('api/v1/integration')
export class SyncController {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(SyncLogs) private readonly logs: SyncLogs,
    @Inject(Database) private readonly database: Database,
  ) {}

  @Get('sync-status')
  @RequireScopes('integration:sync:read')
  @ApiOperation({
    operationId: 'getSyncStatus',
    summary: 'Totals, or the sync status of records',
    description:
      'Without `entityType`: how many live records of each type there are. With it: a list of records.',
  })
  @ApiExtraModels(SyncTotalsAnswer, RecordListAnswer)
  @ApiOkResponse({
    schema: { oneOf: [{ $ref: getSchemaPath(SyncTotalsAnswer) }, { $ref: getSchemaPath(RecordListAnswer) }] },
  })
  @Answers(CommonErrors.validation)
  async status(
    @Caller() caller: IntegrationPrincipal,
    @Query() query: SyncStatusQuery,
  ): Promise<SyncTotalsAnswer | RecordList> {
    const owner = ownerOf(caller);
    const { entityType, externalIds } = query;
    if (entityType)
      return this.reader.list(this.registry.get(entityType), owner, toListQuery(query, externalIds));
    if (externalIds ?? query.since ?? query.cursor) {
      throw validationError([{ path: 'entityType', message: 'entityType is required to list records' }]);
    }
    return SyncTotalsAnswer.of(await liveCounts(this.database, owner));
  }

  @Get('sync-logs')
  @RequireScopes('integration:sync:read')
  @ApiOperation({
    operationId: 'listSyncLogs',
    summary: 'Sync runs and their refused rows',
    description: 'The latest run first. Each bulk call and each write of a single record is one run.',
  })
  @ApiOkResponse({ type: SyncLogsAnswer })
  @Answers(CommonErrors.validation)
  async syncLogs(
    @Caller() caller: IntegrationPrincipal,
    @Query() query: SyncLogsQuery,
  ): Promise<SyncLogsAnswer> {
    const { page, limit } = boundedPage(query, 'filter by entityType or status instead');
    const { logs, total } = await this.logs.list(ownerOf(caller), { ...query, page, limit });
    return {
      data: logs.map((log) => SyncLogAnswer.of(log)),
      total,
      page,
      limit,
      totalPages: Math.ceil(total / limit),
    };
  }
}
