import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiTags,
} from '@nestjs/swagger';
import { Database } from '../platform/database/database.js';
import { bodyErrors } from '../platform/errors/common.errors.js';
import { Answers } from '../platform/http/answers.js';
import type { Act } from '../audit/act.js';
import { ByCaller } from '../auth/principal/act-of-caller.js';
import { Member } from '../auth/principal/caller.js';
import type { MemberPrincipal } from '../auth/principal/principal.js';
import { ForCompanyInHeader, RequireRoles } from '../auth/guard/require-roles.js';
import { SCOPES } from '../auth/principal/scopes.js';
import { Idempotency } from '../idempotency/idempotency.js';
import type { KeyedCall } from '../idempotency/keyed-call.js';
import { Keyed, TakesIdempotencyKey } from '../idempotency/takes-idempotency-key.js';
import { IntegrationItem, NewIntegrationRequest } from './dto/integration.dto.js';
import { ScopesAnswer } from './dto/scopes.dto.js';
import { IntegrationErrors } from './integrations.errors.js';
import { IntegrationsService } from './integrations.service.js';

class IntegrationsAnswer {
  @ApiProperty({ type: [IntegrationItem] })
  data!: IntegrationItem[];

  @ApiProperty({ example: 1 })
  total!: number;
}

/** The systems that the caller's company has connected. */
@ApiTags('Account: integrations')
@ForCompanyInHeader()
@Controller('api/integrations')
export class IntegrationsController {
  constructor(
    @Inject(IntegrationsService) private readonly integrations: IntegrationsService,
    @Inject(Idempotency) private readonly idempotency: Idempotency,
    @Inject(Database) private readonly database: Database,
  ) {}

  @Get()
  @RequireRoles('ROLE_VIEWER')
  @ApiOperation({ operationId: 'listIntegrations', summary: "The company's integrations" })
  @ApiOkResponse({ type: IntegrationsAnswer })
  async list(@Member() { company }: MemberPrincipal): Promise<IntegrationsAnswer> {
    const data = (await this.integrations.list(company.id)).map((item) => IntegrationItem.of(item));
    return { data, total: data.length };
  }

  @Get('available-scopes')
  @RequireRoles('ROLE_VIEWER')
  @ApiOperation({ operationId: 'listAvailableScopes', summary: 'What a token can be allowed' })
  @ApiOkResponse({ type: ScopesAnswer })
  scopes(): ScopesAnswer {
    return { scopes: SCOPES };
  }

  @Post()
  @RequireRoles('ROLE_MANAGE_INTEGRATIONS')
  @TakesIdempotencyKey()
  @ApiOperation({ operationId: 'createIntegration', summary: 'Connect another system' })
  @ApiCreatedResponse({ type: IntegrationItem })
  @Answers(...bodyErrors, IntegrationErrors.duplicateName)
  create(
    @Member() { company }: MemberPrincipal,
    @Body() wanted: NewIntegrationRequest,
    @Keyed() keyed: KeyedCall,
    @ByCaller() by: Act,
  ): Promise<IntegrationItem> {
    const create = { ...wanted, companyId: company.id };
    return this.idempotency.run(keyed, async (tx) =>
      IntegrationItem.of(await this.integrations.create(tx, create, by)),
    );
  }

  @Get(':integration')
  @RequireRoles('ROLE_VIEWER')
  @ApiOperation({ operationId: 'readIntegration', summary: 'One integration' })
  @ApiOkResponse({ type: IntegrationItem })
  async read(
    @Member() { company }: MemberPrincipal,
    @Param('integration') id: string,
  ): Promise<IntegrationItem> {
    return IntegrationItem.of(await this.integrations.find(company.id, id));
  }

  @Put(':integration')
  @RequireRoles('ROLE_MANAGE_INTEGRATIONS')
  @ApiOperation({ operationId: 'changeIntegration', summary: 'Change an integration' })
  @ApiOkResponse({ type: IntegrationItem })
  @Answers(...bodyErrors, IntegrationErrors.duplicateName)
  async change(
    @Member() { company }: MemberPrincipal,
    @Param('integration') id: string,
    @Body() change: NewIntegrationRequest,
    @ByCaller() by: Act,
  ): Promise<IntegrationItem> {
    return IntegrationItem.of(
      await this.database.transaction((tx) => this.integrations.change(tx, company.id, id, change, by)),
    );
  }

  @Delete(':integration')
  @HttpCode(204)
  @RequireRoles('ROLE_MANAGE_INTEGRATIONS')
  @ApiOperation({
    operationId: 'deleteIntegration',
    summary: 'Disconnect a system',
    description: 'Its tokens are revoked at once and their webhooks disabled. Its records stay.',
  })
  @ApiNoContentResponse()
  async remove(
    @Member() { company }: MemberPrincipal,
    @Param('integration') id: string,
    @ByCaller() by: Act,
  ): Promise<void> {
    await this.database.transaction((tx) => this.integrations.remove(tx, company.id, id, by));
  }
}
