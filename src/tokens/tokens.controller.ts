import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { Database } from '../platform/database/database.js';
import { CommonErrors } from '../platform/errors/common.errors.js';
import { Answers } from '../platform/http/answers.js';
import { DAY_SECONDS } from '../platform/time.js';
import { type Act, ByCaller } from '../audit/act.js';
import { Member } from '../auth/principal/caller.js';
import type { MemberPrincipal } from '../auth/principal/principal.js';
import { ForCompanyInHeader, RequireRoles } from '../auth/guard/require-roles.js';
import { Idempotency } from '../idempotency/idempotency.js';
import type { KeyedCall } from '../idempotency/keyed-call.js';
import { Keyed, TakesIdempotencyKey } from '../idempotency/takes-idempotency-key.js';
import { IntegrationsService } from '../integrations/integrations.service.js';
import { NewTokenRequest, TokenItem } from './dto/token.dto.js';
import { TokenErrors } from './tokens.errors.js';
import { type TokenSummary, TokensService } from './tokens.service.js';

const LONGEST_GRACE_SECONDS = 7 * DAY_SECONDS;
const DEFAULT_GRACE_SECONDS = DAY_SECONDS;
const SHOWN_ONCE = 'Store the token now: it is not shown again.';

const { malformedJson, payloadTooLarge, unsupportedMediaType } = CommonErrors;

class TokensAnswer {
  @ApiProperty({ type: [TokenItem] })
  data!: TokenItem[];

  @ApiProperty({ example: 1 })
  total!: number;
}

class IssuedTokenAnswer {
  @ApiProperty({ description: 'The token itself: shown here and never again.', example: 'eudr_live_…' })
  token!: string;

  @ApiProperty({ example: 'tok_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'nightly sync' })
  name!: string;

  @ApiProperty({ example: 'eudr_live_a1b2c3d4' })
  tokenPrefix!: string;

  @ApiProperty({ type: [String] })
  scopes!: string[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt!: string | null;

  @ApiProperty({ example: SHOWN_ONCE })
  message!: string;

  static of({ raw, token }: { raw: string; token: TokenSummary }): IssuedTokenAnswer {
    const { id, name, prefix, scopes, expiresAt } = token;
    const shown = { id, name, tokenPrefix: prefix, scopes, expiresAt: expiresAt?.toISOString() ?? null };
    return { token: raw, ...shown, message: SHOWN_ONCE };
  }
}

class RotationRequest {
  @ApiPropertyOptional({
    default: DEFAULT_GRACE_SECONDS,
    minimum: 0,
    maximum: LONGEST_GRACE_SECONDS,
    description: 'How long the old token lives on, never past its own expiry; 0 revokes it at once.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LONGEST_GRACE_SECONDS)
  graceSeconds?: number;
}

/** The tokens of one of the company's integrations. */
@ApiTags('Account: tokens')
@ForCompanyInHeader()
@Controller('api/integrations/:integration/tokens')
export class TokensController {
  constructor(
    @Inject(TokensService) private readonly tokens: TokensService,
    @Inject(IntegrationsService) private readonly integrations: IntegrationsService,
    @Inject(Idempotency) private readonly idempotency: Idempotency,
    @Inject(Database) private readonly database: Database,
  ) {}

  @Get()
  @RequireRoles('ROLE_VIEWER')
  @ApiOperation({ operationId: 'listTokens', summary: 'The tokens of an integration' })
  @ApiOkResponse({ type: TokensAnswer })
  async list(
    @Member() { company }: MemberPrincipal,
    @Param('integration') integration: string,
  ): Promise<TokensAnswer> {
    const { id } = await this.integrations.find(company.id, integration);
    const data = (await this.tokens.list(id)).map((item) => TokenItem.of(item));
    return { data, total: data.length };
  }

  @Post()
  @RequireRoles('ROLE_API_SECURITY')
  @TakesIdempotencyKey()
  @ApiOperation({ operationId: 'createToken', summary: 'Issue a token' })
  @ApiCreatedResponse({ type: IssuedTokenAnswer })
  @Answers(malformedJson, payloadTooLarge, unsupportedMediaType)
  async create(
    @Member() { company }: MemberPrincipal,
    @Param('integration') integration: string,
    @Body() wanted: NewTokenRequest,
    @Keyed() keyed: KeyedCall,
    @ByCaller() by: Act,
  ): Promise<IssuedTokenAnswer> {
    const { id: integrationId } = await this.integrations.find(company.id, integration);
    return this.idempotency.run(keyed, async (tx) =>
      IssuedTokenAnswer.of(await this.tokens.issue(tx, { ...wanted, integrationId }, by)),
    );
  }

  @Patch(':token/revoke')
  @RequireRoles('ROLE_API_SECURITY')
  @ApiOperation({
    operationId: 'revokeToken',
    summary: 'Revoke a token',
    description: 'It works no more within a second everywhere; the webhooks that it made are disabled.',
  })
  @ApiOkResponse({ type: TokenItem })
  async revoke(
    @Member() { company }: MemberPrincipal,
    @Param('integration') integration: string,
    @Param('token') id: string,
    @ByCaller() by: Act,
  ): Promise<TokenItem> {
    const { id: integrationId } = await this.integrations.find(company.id, integration);
    const revoked = await this.database.transaction((tx) => this.tokens.revokeIn(tx, integrationId, id, by));
    return TokenItem.of(revoked);
  }

  @Post(':token/rotate')
  @RequireRoles('ROLE_API_SECURITY')
  @TakesIdempotencyKey()
  @ApiOperation({
    operationId: 'rotateToken',
    summary: 'Replace a token',
    description: 'The new one has the same name and scopes; the old one lives on for a while.',
  })
  @ApiBody({ type: RotationRequest, required: false })
  @ApiCreatedResponse({ type: IssuedTokenAnswer })
  @Answers(malformedJson, payloadTooLarge, unsupportedMediaType, TokenErrors.notLive)
  async rotate(
    @Member() { company }: MemberPrincipal,
    @Param('integration') integration: string,
    @Param('token') id: string,
    @Body() { graceSeconds = DEFAULT_GRACE_SECONDS }: RotationRequest,
    @Keyed() keyed: KeyedCall,
    @ByCaller() by: Act,
  ): Promise<IssuedTokenAnswer> {
    const { id: integrationId } = await this.integrations.find(company.id, integration);
    return this.idempotency.run(keyed, async (tx) =>
      IssuedTokenAnswer.of(await this.tokens.rotate(tx, integrationId, id, graceSeconds, by)),
    );
  }

  @Delete(':token')
  @HttpCode(204)
  @RequireRoles('ROLE_API_SECURITY')
  @ApiOperation({ operationId: 'deleteToken', summary: 'Forget a revoked token' })
  @ApiNoContentResponse()
  @Answers(TokenErrors.notRevoked)
  async remove(
    @Member() { company }: MemberPrincipal,
    @Param('integration') integration: string,
    @Param('token') id: string,
    @ByCaller() by: Act,
  ): Promise<void> {
    const { id: integrationId } = await this.integrations.find(company.id, integration);
    await this.database.transaction((tx) => this.tokens.remove(tx, integrationId, id, by));
  }
}
