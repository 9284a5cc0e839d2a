import { Body, Controller, Delete, Get, Post, Query, type Type } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { AuditContext } from '../audit/audit-context.js';
import { AuditedAs } from '../auth/principal/audited-as.js';
import { RequireRoles } from '../auth/guard/require-roles.js';
import { CurrentMember } from '../auth/principal/current-caller.js';
import type { MemberPrincipal } from '../auth/principal/principal.js';
import { Idempotency } from '../idempotency/idempotency.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { IdempotentCall, ApiIdempotencyKey } from '../idempotency/api-idempotency-key.js';
import { Database } from '../platform/database/database.js';
import { CommonErrors } from '../platform/errors/common.errors.js';
import { ApiErrors } from '../platform/http/api-errors.js';
import { mapPage } from '../platform/paging/page.js';
import { IntegrationDto, NewIntegrationRequest } from './dto/integration.dto.js';
import { INTEGRATION_ID, IntegrationErrors } from './integrations.errors.js';
import { IntegrationsService } from './integrations.service.js';
import type { MemberSurface } from './member-surfaces.js';
import { IdParam } from '../platform/http/id-param.js';

/** Creates the controller of integrations for one surface. */
// The limit counts the whole class; each of its methods is short.
// eslint-disable-next-line max-lines-per-function
export function createIntegrationsController(surface: MemberSurface): Type<object> {
  const responses = surface.responses('integration', IntegrationDto);
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
      summary: 'List integrations',
    })
    @responses.List()
    async list(@CurrentMember() { company }: MemberPrincipal, @Query() query: ListQuery): Promise<object> {
      const page = await this.integrations.list(company.id, surface.PageQuery.toPage(query));
      return responses.list(mapPage(page, (item) => IntegrationDto.of(item)));
    }

    @Post()
    @RequireRoles('ROLE_MANAGE_INTEGRATIONS')
    @ApiIdempotencyKey()
    @ApiOperation({ operationId: surface.operation('createIntegration'), summary: 'Create an integration' })
    @responses.One(201)
    @ApiErrors(IntegrationErrors.duplicateName, CommonErrors.limitReached)
    create(
      @CurrentMember() { company }: MemberPrincipal,
      @Body() input: NewIntegrationRequest,
      @IdempotentCall() keyed: IdempotentRequest,
      @AuditedAs() by: AuditContext,
    ): Promise<object> {
      const create = { ...input, companyId: company.id };
      return this.idempotency.run(keyed, async (tx) =>
        responses.one(IntegrationDto.of(await this.integrations.create(tx, create, by))),
      );
    }

    @Get(':integration')
    @RequireRoles('ROLE_VIEWER')
    @ApiOperation({ operationId: surface.operation('getIntegration'), summary: 'Get an integration' })
    @responses.One()
    async read(
      @CurrentMember() { company }: MemberPrincipal,
      @IdParam('integration', INTEGRATION_ID) id: string,
    ): Promise<object> {
      return responses.one(IntegrationDto.of(await this.integrations.find(company.id, id)));
    }

    @Delete(':integration')
    @RequireRoles('ROLE_MANAGE_INTEGRATIONS')
    @ApiOperation({
      operationId: surface.operation('deleteIntegration'),
      summary: 'Delete an integration',
      description: 'Revokes its tokens and disables its webhooks at once. Keeps its records.',
    })
    @responses.Removed()
    async remove(
      @CurrentMember() { company }: MemberPrincipal,
      @IdParam('integration', INTEGRATION_ID) id: string,
      @AuditedAs() by: AuditContext,
    ): Promise<object | undefined> {
      const removed = await this.database.transaction((tx) =>
        this.integrations.remove(tx, company.id, id, by),
      );
      return responses.removed(IntegrationDto.of(removed));
    }
  }
  return IntegrationsController;
}
