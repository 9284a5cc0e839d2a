import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Act } from '../../audit/act.js';
import { ByCaller } from '../../auth/principal/act-of-caller.js';
import { Member } from '../../auth/principal/caller.js';
import type { MemberPrincipal } from '../../auth/principal/principal.js';
import { RequireRoles } from '../../auth/guard/require-roles.js';
import { IntegrationErrors } from '../../integrations/integrations.errors.js';
import { IntegrationsService } from '../../integrations/integrations.service.js';
import { Database } from '../../platform/database/database.js';
import { bodyErrors } from '../../platform/errors/common.errors.js';
import { Answers } from '../../platform/http/answers.js';
import { PageQuery } from '../../platform/http/dto/page-query.dto.js';
import { type ListAnswer, ListsOf, pageOf } from '../../platform/http/lists.js';
import {
  IntegrationAnswer,
  IntegrationItem,
  NewIntegrationRequest,
} from '../../integrations/dto/integration.dto.js';

/** The systems that a company has connected. */
@ApiTags('Management: integrations')
@ApiParam({ name: 'company', description: 'Slug or id of the company.', example: 'acme' })
@Controller('apiops/projects/:company/integrations')
export class ManagedIntegrationsController {
  constructor(
    @Inject(IntegrationsService) private readonly integrations: IntegrationsService,
    @Inject(Database) private readonly database: Database,
  ) {}

  @Get()
  @RequireRoles('ROLE_VIEWER')
  @ApiOperation({ operationId: 'listManagedIntegrations', summary: 'The integrations of a company' })
  @ListsOf(IntegrationItem)
  async list(
    @Member() { company }: MemberPrincipal,
    @Query() query: PageQuery,
  ): Promise<ListAnswer<IntegrationItem>> {
    return pageOf(
      (await this.integrations.list(company.id)).map((item) => IntegrationItem.of(item)),
      query,
    );
  }

  @Post()
  @RequireRoles('ROLE_MANAGE_INTEGRATIONS')
  @ApiOperation({ operationId: 'createManagedIntegration', summary: 'Connect another system' })
  @ApiCreatedResponse({ type: IntegrationAnswer })
  @Answers(...bodyErrors, IntegrationErrors.duplicateName)
  async create(
    @Member() { company }: MemberPrincipal,
    @Body() wanted: NewIntegrationRequest,
    @ByCaller() by: Act,
  ): Promise<IntegrationAnswer> {
    const create = { ...wanted, companyId: company.id };
    return IntegrationAnswer.of(
      await this.database.transaction((tx) => this.integrations.create(tx, create, by)),
    );
  }

  @Get(':integration')
  @RequireRoles('ROLE_VIEWER')
  @ApiOperation({ operationId: 'readManagedIntegration', summary: 'One integration' })
  @ApiOkResponse({ type: IntegrationAnswer })
  async read(
    @Member() { company }: MemberPrincipal,
    @Param('integration') id: string,
  ): Promise<IntegrationAnswer> {
    return IntegrationAnswer.of(await this.integrations.find(company.id, id));
  }

  @Delete(':integration')
  @RequireRoles('ROLE_MANAGE_INTEGRATIONS')
  @ApiOperation({
    operationId: 'deleteManagedIntegration',
    summary: 'Disconnect a system',
    description: 'Its tokens are revoked at once and their webhooks disabled. Its records stay.',
  })
  @ApiOkResponse({ type: IntegrationAnswer })
  async remove(
    @Member() { company }: MemberPrincipal,
    @Param('integration') id: string,
    @ByCaller() by: Act,
  ): Promise<IntegrationAnswer> {
    return IntegrationAnswer.of(
      await this.database.transaction((tx) => this.integrations.remove(tx, company.id, id, by)),
    );
  }

  @Post(':integration/activate')
  @HttpCode(200)
  @RequireRoles('ROLE_ACTIVATE_INTEGRATIONS')
  @ApiOperation({ operationId: 'activateManagedIntegration', summary: 'Let its tokens in' })
  @ApiOkResponse({ type: IntegrationAnswer })
  async activate(
    @Member() { company }: MemberPrincipal,
    @Param('integration') id: string,
    @ByCaller() by: Act,
  ): Promise<IntegrationAnswer> {
    return IntegrationAnswer.of(
      await this.database.transaction((tx) => this.integrations.switch(tx, company.id, id, 'ACTIVE', by)),
    );
  }

  @Post(':integration/deactivate')
  @HttpCode(200)
  @RequireRoles('ROLE_ACTIVATE_INTEGRATIONS')
  @ApiOperation({
    operationId: 'deactivateManagedIntegration',
    summary: 'Turn its tokens away',
    description: 'Within a second everywhere, until it is activated again.',
  })
  @ApiOkResponse({ type: IntegrationAnswer })
  async deactivate(
    @Member() { company }: MemberPrincipal,
    @Param('integration') id: string,
    @ByCaller() by: Act,
  ): Promise<IntegrationAnswer> {
    return IntegrationAnswer.of(
      await this.database.transaction((tx) => this.integrations.switch(tx, company.id, id, 'INACTIVE', by)),
    );
  }
}
