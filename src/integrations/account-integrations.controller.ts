import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Act } from '../audit/act.js';
import { ByCaller } from '../auth/principal/act-of-caller.js';
import { RequireRoles } from '../auth/guard/require-roles.js';
import { Member } from '../auth/principal/caller.js';
import type { MemberPrincipal } from '../auth/principal/principal.js';
import { SCOPES } from '../auth/principal/scopes.js';
import { Database } from '../platform/database/database.js';
import { Answers } from '../platform/http/answers.js';
import { IntegrationItem, NewIntegrationRequest } from './dto/integration.dto.js';
import { ScopesAnswer } from './dto/scopes.dto.js';
import { INTEGRATION_ID, IntegrationErrors } from './integrations.errors.js';
import { IntegrationsService } from './integrations.service.js';
import { ACCOUNT_SURFACE } from './member-surfaces.js';
import { IdParam } from '../platform/http/id-param.js';

/** The routes of integrations that only `/api/integrations` offers. */
@ACCOUNT_SURFACE.Documented('integrations')
@Controller(ACCOUNT_SURFACE.path)
export class AccountIntegrationsController {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly database: Database,
  ) {}

  @Get('available-scopes')
  @RequireRoles('ROLE_VIEWER')
  @ApiOperation({ operationId: 'listAvailableScopes', summary: 'What a token can be allowed' })
  @ApiOkResponse({ type: ScopesAnswer })
  scopes(): ScopesAnswer {
    return { scopes: SCOPES };
  }

  @Put(':integration')
  @RequireRoles('ROLE_MANAGE_INTEGRATIONS')
  @ApiOperation({ operationId: 'changeIntegration', summary: 'Change an integration' })
  @ApiOkResponse({ type: IntegrationItem })
  @Answers(IntegrationErrors.duplicateName)
  async change(
    @Member() { company }: MemberPrincipal,
    @IdParam('integration', INTEGRATION_ID) id: string,
    @Body() change: NewIntegrationRequest,
    @ByCaller() by: Act,
  ): Promise<IntegrationItem> {
    return IntegrationItem.of(
      await this.database.transaction((tx) => this.integrations.change(tx, company.id, id, change, by)),
    );
  }
}
