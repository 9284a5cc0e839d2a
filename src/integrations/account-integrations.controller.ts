import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { AuditContext } from '../audit/audit-context.js';
import { AuditedAs } from '../auth/principal/audited-as.js';
import { RequireRoles } from '../auth/guard/require-roles.js';
import { CurrentMember } from '../auth/principal/current-caller.js';
import type { MemberPrincipal } from '../auth/principal/principal.js';
import { SCOPES } from '../auth/principal/scopes.js';
import { Database } from '../platform/database/database.js';
import { ApiErrors } from '../platform/http/api-errors.js';
import { IntegrationDto, NewIntegrationRequest } from './dto/integration.dto.js';
import { ScopesResponse } from './dto/scopes.dto.js';
import { INTEGRATION_ID, IntegrationErrors } from './integrations.errors.js';
import { IntegrationsService } from './integrations.service.js';
import { ACCOUNT_SURFACE } from './member-surfaces.js';
import { IdParam } from '../platform/http/id-param.js';

/** Routes of integrations that only `/api/integrations` has. */
@ACCOUNT_SURFACE.Documented('integrations')
@Controller(ACCOUNT_SURFACE.path)
export class AccountIntegrationsController {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly database: Database,
  ) {}

  @Get('available-scopes')
  @RequireRoles('ROLE_VIEWER')
  @ApiOperation({ operationId: 'listAvailableScopes', summary: 'List available scopes' })
  @ApiOkResponse({ type: ScopesResponse })
  scopes(): ScopesResponse {
    return { scopes: SCOPES };
  }

  @Put(':integration')
  @RequireRoles('ROLE_MANAGE_INTEGRATIONS')
  @ApiOperation({ operationId: 'replaceIntegration', summary: 'Replace an integration' })
  @ApiOkResponse({ type: IntegrationDto })
  @ApiErrors(IntegrationErrors.duplicateName)
  async change(
    @CurrentMember() { company }: MemberPrincipal,
    @IdParam('integration', INTEGRATION_ID) id: string,
    @Body() change: NewIntegrationRequest,
    @AuditedAs() by: AuditContext,
  ): Promise<IntegrationDto> {
    return IntegrationDto.of(
      await this.database.transaction((tx) => this.integrations.change(tx, company.id, id, change, by)),
    );
  }
}
