import { LifetimeErrors } from '../auth/credentials/lifetime.js';
import { Body, Controller, Get, Post, Query, type Type } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation } from '@nestjs/swagger';
import type { Act } from '../audit/act.js';
import { ByCaller } from '../auth/principal/act-of-caller.js';
import { RequireRoles } from '../auth/guard/require-roles.js';
import { Member } from '../auth/principal/caller.js';
import type { MemberPrincipal } from '../auth/principal/principal.js';
import { Idempotency } from '../idempotency/idempotency.js';
import type { KeyedCall } from '../idempotency/keyed-call.js';
import { Keyed, TakesIdempotencyKey } from '../idempotency/takes-idempotency-key.js';
import { IntegrationsService } from '../integrations/integrations.service.js';
import type { MemberSurface } from '../integrations/member-surfaces.js';
import { CommonErrors } from '../platform/errors/common.errors.js';
import { Answers } from '../platform/http/answers.js';
import { mapPage } from '../platform/paging/page.js';
import type { IssuedTokenClass } from './dto/issued-token.dto.js';
import { NewTokenRequest, RevokedTokenItem, TokenItem } from './dto/token.dto.js';
import { TokensService } from './tokens.service.js';
import { IdParam } from '../platform/http/id-param.js';
import { INTEGRATION_ID } from '../integrations/integrations.errors.js';
import { TOKEN_ID } from './tokens.errors.js';

/**
 * The tokens of an integration, as every surface for the members of its company offers them.
 * @param Issued the response in which the surface shows a new token.
 */
// A class, not a long function: its methods are short.
// eslint-disable-next-line max-lines-per-function
export function createTokensController(surface: MemberSurface, Issued: IssuedTokenClass): Type<object> {
  const responses = surface.responses('token', TokenItem);
  class ListQuery extends surface.PageQuery {}
  const revocations = surface.responses('token', RevokedTokenItem);

  @surface.Documented('tokens')
  @Controller(`${surface.path}/:integration/tokens`)
  class TokensController {
    constructor(
      private readonly tokens: TokensService,
      private readonly integrations: IntegrationsService,
      private readonly idempotency: Idempotency,
    ) {}

    @Get()
    @RequireRoles('ROLE_VIEWER')
    @ApiOperation({ operationId: surface.operation('listTokens'), summary: 'The tokens of an integration' })
    @responses.List()
    async list(
      @Member() { company }: MemberPrincipal,
      @IdParam('integration', INTEGRATION_ID) integration: string,
      @Query() query: ListQuery,
    ): Promise<object> {
      const { id } = await this.integrations.find(company.id, integration);
      const page = await this.tokens.list(surface.PageQuery.toPage(query), id);
      return responses.list(mapPage(page, (item) => TokenItem.of(item)));
    }

    @Post()
    @RequireRoles('ROLE_API_SECURITY')
    @TakesIdempotencyKey()
    @ApiOperation({
      operationId: surface.operation('createToken'),
      summary: 'Issue a token',
      description: 'The answer holds the token, which is shown this once.',
    })
    @ApiCreatedResponse({ type: Issued })
    @Answers(CommonErrors.limitReached, LifetimeErrors.outlivesMaker, LifetimeErrors.signInAgain)
    async create(
      @Member() { company }: MemberPrincipal,
      @IdParam('integration', INTEGRATION_ID) integration: string,
      @Body() wanted: NewTokenRequest,
      @Keyed() keyed: KeyedCall,
      @ByCaller() by: Act,
    ): Promise<object> {
      const { id: integrationId } = await this.integrations.find(company.id, integration);
      return this.idempotency.run(keyed, async (tx) =>
        Issued.ofIssued(await this.tokens.issue(tx, { ...wanted, integrationId }, by)),
      );
    }

    @surface.Action(':token/revoke')
    @RequireRoles('ROLE_API_SECURITY')
    @ApiOperation({
      operationId: surface.operation('revokeToken'),
      summary: 'Revoke a token',
      description: 'It works no more within a second everywhere; the webhooks that it made are disabled.',
    })
    @revocations.One()
    async revoke(
      @Member() { company }: MemberPrincipal,
      @IdParam('integration', INTEGRATION_ID) integration: string,
      @IdParam('token', TOKEN_ID) id: string,
      @Keyed() keyed: KeyedCall,
      @ByCaller() by: Act,
    ): Promise<object> {
      const { id: integrationId } = await this.integrations.find(company.id, integration);
      return this.idempotency.run(keyed, async (tx) =>
        revocations.one(RevokedTokenItem.ofRevoked(await this.tokens.revokeIn(tx, integrationId, id, by))),
      );
    }
  }
  return TokensController;
}
