import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Act } from '../../audit/act.js';
import { ByCaller } from '../../auth/principal/act-of-caller.js';
import { Member } from '../../auth/principal/caller.js';
import type { MemberPrincipal } from '../../auth/principal/principal.js';
import { RequireRoles } from '../../auth/guard/require-roles.js';
import { IntegrationsService } from '../../integrations/integrations.service.js';
import { TokensService } from '../../tokens/tokens.service.js';
import { Database } from '../../platform/database/database.js';
import { bodyErrors } from '../../platform/errors/common.errors.js';
import { Answers } from '../../platform/http/answers.js';
import { PageQuery } from '../../platform/http/dto/page-query.dto.js';
import { type ListAnswer, ListsOf, pageOf } from '../../platform/http/lists.js';
import { NewTokenRequest, TokenItem } from '../../tokens/dto/token.dto.js';
import { NewTokenAnswer, TokenAnswer } from './dto/bulk-revocation.dto.js';

/** The tokens of an integration. */
@ApiTags('Management: tokens')
@ApiParam({ name: 'company', description: 'Slug or id of the company.', example: 'acme' })
@Controller('apiops/projects/:company/integrations/:integration/tokens')
export class ManagedTokensController {
  constructor(
    @Inject(TokensService) private readonly tokens: TokensService,
    @Inject(IntegrationsService) private readonly integrations: IntegrationsService,
    @Inject(Database) private readonly database: Database,
  ) {}

  @Get()
  @RequireRoles('ROLE_VIEWER')
  @ApiOperation({ operationId: 'listManagedTokens', summary: 'The tokens of an integration' })
  @ListsOf(TokenItem)
  async list(
    @Member() { company }: MemberPrincipal,
    @Param('integration') integration: string,
    @Query() query: PageQuery,
  ): Promise<ListAnswer<TokenItem>> {
    const { id } = await this.integrations.find(company.id, integration);
    return pageOf(
      (await this.tokens.list(id)).map((item) => TokenItem.of(item)),
      query,
    );
  }

  @Post()
  @RequireRoles('ROLE_API_SECURITY')
  @ApiOperation({
    operationId: 'createManagedToken',
    summary: 'Issue a token',
    description: 'The answer holds the token, which is shown this once.',
  })
  @ApiCreatedResponse({ type: NewTokenAnswer })
  @Answers(...bodyErrors)
  async create(
    @Member() { company }: MemberPrincipal,
    @Param('integration') integration: string,
    @Body() wanted: NewTokenRequest,
    @ByCaller() by: Act,
  ): Promise<NewTokenAnswer> {
    const { id: integrationId } = await this.integrations.find(company.id, integration);
    const { raw, token } = await this.database.transaction((tx) =>
      this.tokens.issue(tx, { ...wanted, integrationId }, by),
    );
    return { success: true, token: raw, ...TokenItem.of(token) };
  }

  @Post(':token/revoke')
  @HttpCode(200)
  @RequireRoles('ROLE_API_SECURITY')
  @ApiOperation({
    operationId: 'revokeManagedToken',
    summary: 'Revoke a token',
    description: 'It works no more within a second everywhere; the webhooks that it made are disabled.',
  })
  @ApiOkResponse({ type: TokenAnswer })
  async revoke(
    @Member() { company }: MemberPrincipal,
    @Param('integration') integration: string,
    @Param('token') id: string,
    @ByCaller() by: Act,
  ): Promise<TokenAnswer> {
    const { id: integrationId } = await this.integrations.find(company.id, integration);
    const token = await this.database.transaction((tx) => this.tokens.revokeIn(tx, integrationId, id, by));
    return { success: true, token: TokenItem.of(token) };
  }
}
