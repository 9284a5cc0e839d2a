import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Res,
  type Type,
} from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentIntegration } from '../../auth/principal/current-caller.js';
import type { IntegrationPrincipal } from '../../auth/principal/principal.js';
import { RequireScopes } from '../../auth/guard/require-scopes.js';
import { Idempotency } from '../../idempotency/idempotency.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { IdempotentCall, ApiIdempotencyKey } from '../../idempotency/api-idempotency-key.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { AcceptsBody } from '../../platform/http/route-access.js';
import { RecordListResponse, UpsertResponse } from './dto/record-responses.dto.js';
import { RecordListQuery, toListQuery } from './dto/record-list-query.dto.js';
import { putBounds } from './put-body.js';
import { BULK_BODY, readBulkEnvelope } from './bulk-envelope.js';
import { isUnchanged } from '../../platform/http/entity-tags.js';
import { TaggedResponse } from '../../platform/http/tagged-response.js';
import { etagOf } from './preconditions.js';
import { RecordPutter } from './record-putter.js';
import { type RecordList, RecordReader } from './record-reader.js';
import { RecordRemover } from './record-remover.js';
import { UpsertEngine } from './upsert.engine.js';
import { ownerOf } from '../../integrations/owner.js';
import { RecordErrors } from '../record-types/record.errors.js';
import type { RecordType } from '../record-types/record-type.js';
import {
  capitalized,
  DocumentsBulk,
  DocumentsDelete,
  DocumentsPut,
  DocumentsRecord,
} from './record-documentation.js';

/**
 * Creates the controller with the five routes of a record type. Scopes and documentation come from the type.
 */
// The limit counts the whole class; each of its methods is short.
// eslint-disable-next-line max-lines-per-function
export function createRecordController(type: RecordType): Type<object> {
  @Controller(`api/v1/integration/${type.plural}`)
  class RecordController {
    constructor(
      private readonly engine: UpsertEngine,
      private readonly idempotency: Idempotency,
      private readonly reader: RecordReader,
      private readonly putter: RecordPutter,
      private readonly remover: RecordRemover,
    ) {}

    @Post()
    @HttpCode(200)
    @RequireScopes(type.writeScope)
    @AcceptsBody(BULK_BODY)
    @ApiIdempotencyKey()
    @DocumentsBulk(type)
    upsert(
      @CurrentIntegration() caller: IntegrationPrincipal,
      @Body() body: unknown,
      @IdempotentCall() keyed: IdempotentRequest,
    ): Promise<UpsertResponse> {
      const call = this.engine.check({ type, owner: ownerOf(caller), ...readBulkEnvelope(type, body) });
      return this.idempotency.run(
        keyed,
        async (tx) => UpsertResponse.of(await this.engine.write(tx, call)),
        ({ success }) => success,
      );
    }

    @Get()
    @RequireScopes(type.readScope)
    @ApiOperation({ operationId: `list${capitalized(type.plural)}`, summary: `List ${type.plural}` })
    @TaggedResponse()
    @ApiOkResponse({ type: RecordListResponse })
    @ApiErrors(CommonErrors.validation)
    list(
      @CurrentIntegration() caller: IntegrationPrincipal,
      @Query() query: RecordListQuery,
    ): Promise<RecordList> {
      return this.reader.list(type, ownerOf(caller), toListQuery(query));
    }

    @Get(':externalId')
    @RequireScopes(type.readScope)
    @DocumentsRecord(type)
    async find(
      @CurrentIntegration() caller: IntegrationPrincipal,
      @Param('externalId') externalId: string,
      @Headers('if-none-match') ifNoneMatch: string | undefined,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object | undefined> {
      const record = await this.reader.find(type, ownerOf(caller), externalId);
      if (!record) throw RecordErrors.notFound(type, externalId);
      return isUnchanged(reply, ifNoneMatch, etagOf(record.version)) ? undefined : record.body;
    }

    @Put(':externalId')
    @RequireScopes(type.writeScope)
    @AcceptsBody(putBounds(type))
    @DocumentsPut(type)
    async put(
      @CurrentIntegration() caller: IntegrationPrincipal,
      @Param('externalId') externalId: string,
      @Body() body: unknown,
      @Headers('if-match') ifMatch: string | undefined,
      @Headers('if-none-match') ifNoneMatch: string | undefined,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      const conditions = { ifMatch, ifNoneMatch };
      const record = await this.putter.put(type, ownerOf(caller), externalId, body, conditions);
      void reply.header('ETag', etagOf(record.version)).code(record.created ? 201 : 200);
      return record.body;
    }

    @Delete(':externalId')
    @HttpCode(204)
    @RequireScopes(type.writeScope)
    @DocumentsDelete(type)
    async remove(
      @CurrentIntegration() caller: IntegrationPrincipal,
      @Param('externalId') externalId: string,
      @Headers('if-match') ifMatch: string | undefined,
      @Headers('if-none-match') ifNoneMatch: string | undefined,
    ): Promise<void> {
      await this.remover.remove(type, ownerOf(caller), externalId, { ifMatch, ifNoneMatch });
    }
  }
  return RecordController;
}
