import { Body, Controller, Delete, Get, Post, Query, type Type } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Act } from '../audit/act.js';
import { ByCaller } from '../auth/principal/act-of-caller.js';
import { RequireRoles } from '../auth/guard/require-roles.js';
import { Member } from '../auth/principal/caller.js';
import type { MemberPrincipal } from '../auth/principal/principal.js';
import { Idempotency } from '../idempotency/idempotency.js';
import type { KeyedCall } from '../idempotency/keyed-call.js';
import { Keyed, TakesIdempotencyKey } from '../idempotency/takes-idempotency-key.js';
import { Database } from '../platform/database/database.js';
import { CommonErrors } from '../platform/errors/common.errors.js';
import { Answers } from '../platform/http/answers.js';
import { mapPage } from '../platform/paging/page.js';
import { IntegrationItem, NewIntegrationRequest } from './dto/integration.dto.js';
import { INTEGRATION_ID, IntegrationErrors } from './integrations.errors.js';
import { IntegrationsService } from './integrations.service.js';
import type { MemberSurface } from './member-surfaces.js';
import { IdParam } from '../platform/http/id-param.js';

/** The systems that a company has connected, as every surface for its members offers them. */
// A class, not a long function: its methods are short.
// eslint-disable-next-line max-lines-per-function
export function createIntegrationsController(surface: MemberSurface): Type<object> {
  const responses = surface.responses('integration', IntegrationItem);
  class ListQuery extends surface.PageQuery {}

  @surface.Documented('integrations')
  @Controller(surface.path)
  class IntegrationsController {
    constructor(
      private readonly integrations: IntegrationsService,
      private readonly idempotency: Idempotency,
      private readonly database: Database,
    ) {}

    @Get()
    @RequireRoles('ROLE_VIEWER')
    @ApiOperation({
      operationId: surface.operation('listIntegrations'),
      summary: 'The integrations of a company',
    })
    @responses.List()
    async list(@Member() { company }: MemberPrincipal, @Query() query: ListQuery): Promise<object> {
      const page = await this.integrations.list(company.id, surface.PageQuery.toPage(query));
      return responses.list(mapPage(page, (item) => IntegrationItem.of(item)));
    }

    @Post()
    @RequireRoles('ROLE_MANAGE_INTEGRATIONS')
    @TakesIdempotencyKey()
    @ApiOperation({ operationId: surface.operation('createIntegration'), summary: 'Connect another system' })
    @responses.One(201)
    @Answers(IntegrationErrors.duplicateName, CommonErrors.limitReached)
    create(
      @Member() { company }: MemberPrincipal,
      @Body() wanted: NewIntegrationRequest,
      @Keyed() keyed: KeyedCall,
      @ByCaller() by: Act,
    ): Promise<object> {
      const create = { ...wanted, companyId: company.id };
      return this.idempotency.run(keyed, async (tx) =>
        responses.one(IntegrationItem.of(await this.integrations.create(tx, create, by))),
      );
    }

    @Get(':integration')
    @RequireRoles('ROLE_VIEWER')
    @ApiOperation({ operationId: surface.operation('readIntegration'), summary: 'One integration' })
    @responses.One()
    async read(
      @Member() { company }: MemberPrincipal,
      @IdParam('integration', INTEGRATION_ID) id: string,
    ): Promise<object> {
      return responses.one(IntegrationItem.of(await this.integrations.find(company.id, id)));
    }

    @Delete(':integration')
    @RequireRoles('ROLE_MANAGE_INTEGRATIONS')
    @ApiOperation({
      operationId: surface.operation('deleteIntegration'),
      summary: 'Disconnect a system',
      description: 'Its tokens are revoked at once and their webhooks disabled. Its records stay.',
    })
    @responses.Removed()
    async remove(
      @Member() { company }: MemberPrincipal,
      @IdParam('integration', INTEGRATION_ID) id: string,
      @ByCaller() by: Act,
    ): Promise<object | undefined> {
      const removed = await this.database.transaction((tx) =>
        this.integrations.remove(tx, company.id, id, by),
      );
      return responses.removed(IntegrationItem.of(removed));
    }
  }
  return IntegrationsController;
}
