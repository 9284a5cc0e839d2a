import { Database } from '../../platform/database/database.js';
import { TokenCompaniesRequest } from '../../identity/users/dto/token-companies.dto.js';
import { LifetimeErrors } from '../../auth/credentials/lifetime.js';
import { Body, Controller, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { AuditContext } from '../../audit/audit-context.js';
import { AuditedAs } from '../../auth/principal/audited-as.js';
import { CurrentUser } from '../../auth/principal/current-caller.js';
import type { UserPrincipal } from '../../auth/principal/principal.js';
import { RequireUser } from '../../auth/guard/require-roles.js';
import {
  PERSONAL_TOKEN_ID,
  PersonalTokenErrors,
} from '../../credentials/personal-tokens/personal-tokens.errors.js';
import { PersonalTokensService } from '../../credentials/personal-tokens/personal-tokens.service.js';
import { Idempotency } from '../../idempotency/idempotency.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { IdempotentCall, ApiIdempotencyKey } from '../../idempotency/api-idempotency-key.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { PageAndSizeQuery } from '../../platform/paging/dto/page-queries.dto.js';
import { type ListResponse, listOf, ListsOf } from '../../platform/paging/lists.js';
import { mapPage } from '../../platform/paging/page.js';
import {
  NewPersonalTokenResponse,
  NewPersonalTokenRequest,
  parseExpiry,
  PersonalTokenResponse,
  PersonalTokenDto,
  RevokedPersonalTokenResponse,
} from './dto/personal-token.dto.js';
import { IdParam } from '../../platform/http/id-param.js';

/** Routes for the caller's personal tokens. */
@ApiTags('Personal tokens')
@Controller('apiops/tokens')
export class ManagedPersonalTokensController {
  constructor(
    private readonly tokens: PersonalTokensService,
    private readonly idempotency: Idempotency,
    private readonly database: Database,
  ) {}

  @Get()
  @RequireUser()
  @ApiOperation({ operationId: 'listPersonalTokens', summary: 'List your personal tokens' })
  @ListsOf(PersonalTokenDto)
  async list(
    @CurrentUser() { user }: UserPrincipal,
    @Query() query: PageAndSizeQuery,
  ): Promise<ListResponse<PersonalTokenDto>> {
    const page = await this.tokens.list(user.id, PageAndSizeQuery.toPage(query));
    return listOf(mapPage(page, (item) => PersonalTokenDto.of(item)));
  }

  @Post()
  @RequireUser()
  @ApiIdempotencyKey()
  @ApiOperation({
    operationId: 'createPersonalToken',
    summary: 'Create a personal token',
    description:
      'The token acts for you, with your current roles at each call. The response shows the token only ' +
      'once. A token cannot create one that expires later than itself.',
  })
  @ApiCreatedResponse({ type: NewPersonalTokenResponse })
  @ApiErrors(CommonErrors.limitReached)
  @ApiErrors(LifetimeErrors.outlivesMaker, LifetimeErrors.signInAgain, PersonalTokenErrors.signInNeeded)
  create(
    @CurrentUser() caller: UserPrincipal,
    @Body() { name, expires }: NewPersonalTokenRequest,
    @IdempotentCall() keyed: IdempotentRequest,
    @AuditedAs() by: AuditContext,
  ): Promise<NewPersonalTokenResponse> {
    const input = { name, expiresAt: parseExpiry(expires) ?? null };
    return this.idempotency.run(keyed, async (tx) => {
      const { raw, token } = await this.tokens.issueFor(tx, caller, input, by);
      return { success: true, token: raw, ...PersonalTokenDto.of(token) };
    });
  }

  @Patch(':token')
  @RequireUser()
  @ApiOperation({
    operationId: 'updatePersonalToken',
    summary: 'Update the companies of a personal token',
    description: 'Needs a sign-in within the last 15 minutes.',
  })
  @ApiOkResponse({ type: PersonalTokenResponse })
  @ApiErrors(PersonalTokenErrors.notFound, LifetimeErrors.signInAgain)
  change(
    @CurrentUser() caller: UserPrincipal,
    @IdParam('token', PERSONAL_TOKEN_ID) id: string,
    @Body() { companies }: TokenCompaniesRequest,
    @AuditedAs() by: AuditContext,
  ): Promise<PersonalTokenResponse> {
    return this.database.transaction(async (tx) => {
      const token = await this.tokens.setCompanies(tx, caller, { id, companies }, by);
      return { success: true, token: PersonalTokenDto.of(token) };
    });
  }

  @Post(':token/revoke')
  @HttpCode(200)
  @RequireUser()
  @ApiIdempotencyKey()
  @ApiOperation({ operationId: 'revokePersonalToken', summary: 'Revoke a personal token' })
  @ApiOkResponse({ type: RevokedPersonalTokenResponse })
  @ApiErrors(PersonalTokenErrors.notFound)
  revoke(
    @CurrentUser() { user }: UserPrincipal,
    @IdParam('token', PERSONAL_TOKEN_ID) id: string,
    @IdempotentCall() keyed: IdempotentRequest,
    @AuditedAs() by: AuditContext,
  ): Promise<RevokedPersonalTokenResponse> {
    return this.idempotency.run(keyed, async (tx) =>
      RevokedPersonalTokenResponse.of(await this.tokens.revoke(tx, user.id, id, by)),
    );
  }
}
