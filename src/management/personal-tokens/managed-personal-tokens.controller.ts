import { Database } from '../../platform/database/database.js';
import { TokenCompaniesRequest } from '../../identity/users/dto/token-companies.dto.js';
import { LifetimeErrors } from '../../auth/credentials/lifetime.js';
import { Body, Controller, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Act } from '../../audit/act.js';
import { ByCaller } from '../../auth/principal/act-of-caller.js';
import { Person } from '../../auth/principal/caller.js';
import type { UserPrincipal } from '../../auth/principal/principal.js';
import { RequireUser } from '../../auth/guard/require-roles.js';
import {
  PERSONAL_TOKEN_ID,
  PersonalTokenErrors,
} from '../../credentials/personal-tokens/personal-tokens.errors.js';
import { PersonalTokensService } from '../../credentials/personal-tokens/personal-tokens.service.js';
import { Idempotency } from '../../idempotency/idempotency.js';
import type { KeyedCall } from '../../idempotency/keyed-call.js';
import { Keyed, TakesIdempotencyKey } from '../../idempotency/takes-idempotency-key.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { Answers } from '../../platform/http/answers.js';
import { PageAndSizeQuery } from '../../platform/paging/dto/page-queries.dto.js';
import { type ListAnswer, listOf, ListsOf } from '../../platform/paging/lists.js';
import { mapPage } from '../../platform/paging/page.js';
import {
  NewPersonalTokenAnswer,
  NewPersonalTokenRequest,
  parseExpiry,
  PersonalTokenAnswer,
  PersonalTokenItem,
  RevokedPersonalTokenAnswer,
} from './dto/personal-token.dto.js';
import { IdParam } from '../../platform/http/id-param.js';

/** The caller's own tokens. */
@ApiTags('Management: personal tokens')
@Controller('apiops/tokens')
export class ManagedPersonalTokensController {
  constructor(
    private readonly tokens: PersonalTokensService,
    private readonly idempotency: Idempotency,
    private readonly database: Database,
  ) {}

  @Get()
  @RequireUser()
  @ApiOperation({ operationId: 'listPersonalTokens', summary: "The caller's personal tokens" })
  @ListsOf(PersonalTokenItem)
  async list(
    @Person() { user }: UserPrincipal,
    @Query() query: PageAndSizeQuery,
  ): Promise<ListAnswer<PersonalTokenItem>> {
    const page = await this.tokens.list(user.id, PageAndSizeQuery.toPage(query));
    return listOf(mapPage(page, (item) => PersonalTokenItem.of(item)));
  }

  @Post()
  @RequireUser()
  @TakesIdempotencyKey()
  @ApiOperation({
    operationId: 'createPersonalToken',
    summary: 'Issue a personal token',
    description:
      'It acts for the caller, with the roles that they have at any time. The answer holds the token, which is shown ' +
      'this once. A token makes none that outlives it.',
  })
  @ApiCreatedResponse({ type: NewPersonalTokenAnswer })
  @Answers(CommonErrors.limitReached)
  @Answers(LifetimeErrors.outlivesMaker, LifetimeErrors.signInAgain, PersonalTokenErrors.signInNeeded)
  create(
    @Person() caller: UserPrincipal,
    @Body() { name, expires }: NewPersonalTokenRequest,
    @Keyed() keyed: KeyedCall,
    @ByCaller() by: Act,
  ): Promise<NewPersonalTokenAnswer> {
    const wanted = { name, expiresAt: parseExpiry(expires) ?? null };
    return this.idempotency.run(keyed, async (tx) => {
      const { raw, token } = await this.tokens.issueFor(tx, caller, wanted, by);
      return { success: true, token: raw, ...PersonalTokenItem.of(token) };
    });
  }

  @Patch(':token')
  @RequireUser()
  @ApiOperation({
    operationId: 'changePersonalToken',
    summary: "Choose in which companies one of the caller's personal tokens acts",
    description: 'Needs a sign-in not older than 15 minutes.',
  })
  @ApiOkResponse({ type: PersonalTokenAnswer })
  @Answers(PersonalTokenErrors.notFound, LifetimeErrors.signInAgain)
  change(
    @Person() caller: UserPrincipal,
    @IdParam('token', PERSONAL_TOKEN_ID) id: string,
    @Body() { companies }: TokenCompaniesRequest,
    @ByCaller() by: Act,
  ): Promise<PersonalTokenAnswer> {
    return this.database.transaction(async (tx) => {
      const token = await this.tokens.setCompanies(tx, caller, { id, companies }, by);
      return { success: true, token: PersonalTokenItem.of(token) };
    });
  }

  @Post(':token/revoke')
  @HttpCode(200)
  @RequireUser()
  @TakesIdempotencyKey()
  @ApiOperation({ operationId: 'revokePersonalToken', summary: "Revoke one of the caller's personal tokens" })
  @ApiOkResponse({ type: RevokedPersonalTokenAnswer })
  @Answers(PersonalTokenErrors.notFound)
  revoke(
    @Person() { user }: UserPrincipal,
    @IdParam('token', PERSONAL_TOKEN_ID) id: string,
    @Keyed() keyed: KeyedCall,
    @ByCaller() by: Act,
  ): Promise<RevokedPersonalTokenAnswer> {
    return this.idempotency.run(keyed, async (tx) =>
      RevokedPersonalTokenAnswer.of(await this.tokens.revoke(tx, user.id, id, by)),
    );
  }
}
