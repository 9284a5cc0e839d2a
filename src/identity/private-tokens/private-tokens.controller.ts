import { TokenCompaniesRequest } from '../users/dto/token-companies.dto.js';
import { LifetimeErrors } from '../../auth/credentials/lifetime.js';
import { Body, Controller, Delete, Get, HttpCode, Inject, Patch, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { parseInstant } from '../../platform/http/validation.js';
import { Idempotency } from '../../idempotency/idempotency.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { IdempotentCall, ApiIdempotencyKey } from '../../idempotency/api-idempotency-key.js';
import type { AuditContext } from '../../audit/audit-context.js';
import { AuditedAs } from '../../auth/principal/audited-as.js';
import { RequireSignIn, CurrentSession } from '../../auth/guard/require-sign-in.js';
import {
  NewPrivateTokenResponse,
  PrivateTokenResponse,
  PrivateTokenListResponse,
  PrivateTokenListQuery,
  PrivateTokenRequest,
} from './dto/private-token.dto.js';
import type { JwtContent } from '../../auth/principal/jwt-content.js';
import { PRIVATE_TOKEN_ID } from './private-token-id.js';
import { PrivateTokensService } from './private-tokens.service.js';
import { requireSession } from '../sessions/require-session.js';
import { SessionErrors } from '../sessions/sessions.errors.js';
import { IdParam } from '../../platform/http/id-param.js';

/** Routes for a person's long-lived JWTs, which servers use. */
@ApiTags('Private tokens')
@Controller('api/v1/auth/private_tokens')
export class PrivateTokensController {
  constructor(
    private readonly tokens: PrivateTokensService,
    private readonly idempotency: Idempotency,
    @Inject(CONFIG) private readonly config: Pick<Config, 'PUBLIC_URL'>,
  ) {}

  @Post()
  @RequireSignIn()
  @ApiIdempotencyKey()
  @ApiOperation({
    operationId: 'createPrivateToken',
    summary: 'Create a private token',
    description: 'Needs an access token. A private token cannot create another one.',
  })
  @ApiCreatedResponse({ type: NewPrivateTokenResponse })
  @ApiErrors(CommonErrors.limitReached, SessionErrors.signInNeeded, LifetimeErrors.signInAgain)
  create(
    @CurrentSession() person: JwtContent,
    @Body() { name, expiration_time }: PrivateTokenRequest,
    @IdempotentCall() keyed: IdempotentRequest,
    @AuditedAs() by: AuditContext,
  ): Promise<NewPrivateTokenResponse> {
    requireSession(person);
    const expiration = parseInstant(expiration_time) as Date;
    return this.idempotency.run(keyed, async (tx) => {
      const { token, jwt } = await this.tokens.issue(tx, person, { name, expiration }, by);
      return { ...PrivateTokenResponse.of(token), data: jwt };
    });
  }

  @Get()
  @RequireSignIn()
  @ApiOperation({
    operationId: 'listPrivateTokens',
    summary: 'List private tokens',
    description: 'Lists your tokens in the current company, including expired ones.',
  })
  @ApiOkResponse({ type: PrivateTokenListResponse })
  async list(
    @CurrentSession() person: JwtContent,
    @Query() query: PrivateTokenListQuery,
  ): Promise<PrivateTokenListResponse> {
    const { items, total, nextCursor } = await this.tokens.list(
      person,
      PrivateTokenListQuery.toQuery(query),
      PrivateTokenListQuery.toPage(query),
    );
    const { page } = query;
    return {
      count: total,
      next: nextCursor === null ? null : this.pageUrl(query, page + 1, nextCursor),
      previous: page > 1 ? this.pageUrl(query, page - 1) : null,
      results: items.map((token) => PrivateTokenResponse.of(token)),
    };
  }

  @Patch(':id')
  @RequireSignIn()
  @ApiOperation({
    operationId: 'activatePrivateToken',
    summary: 'Activate a private token',
    description:
      'Needed after you left the company and joined again. Needs a sign-in within the last 15 minutes.',
  })
  @ApiOkResponse({ type: PrivateTokenResponse })
  @ApiErrors(SessionErrors.noSuchPrivateToken, LifetimeErrors.signInAgain)
  async change(
    @CurrentSession() person: JwtContent,
    @IdParam('id', PRIVATE_TOKEN_ID) id: string,
    @Body() { companies }: TokenCompaniesRequest,
    @AuditedAs() by: AuditContext,
  ): Promise<PrivateTokenResponse> {
    return PrivateTokenResponse.of(await this.tokens.setCompanies(person, { id, companies }, by));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireSignIn()
  @ApiOperation({
    operationId: 'deletePrivateToken',
    summary: 'Delete a private token',
    description: 'Requests with the JWT then get 401.',
  })
  @ApiNoContentResponse()
  @ApiErrors(SessionErrors.noSuchPrivateToken)
  delete(
    @CurrentSession() person: JwtContent,
    @IdParam('id', PRIVATE_TOKEN_ID) id: string,
    @AuditedAs() by: AuditContext,
  ): Promise<void> {
    return this.tokens.delete(person, id, by);
  }

  /**
   * Returns the URL of another page of the list. It never uses the header `Host`, which any caller can set.
   */
  private pageUrl({ ordering, q, page_size }: PrivateTokenListQuery, page: number, cursor?: string): string {
    const parameters = new URLSearchParams({ ordering, ...(q === undefined ? {} : { q }) });
    parameters.set('page', String(page));
    parameters.set('page_size', String(page_size));
    if (cursor !== undefined) parameters.set('cursor', cursor);
    return `${this.config.PUBLIC_URL}/api/v1/auth/private_tokens/?${parameters.toString()}`;
  }
}
