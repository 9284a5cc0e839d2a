import { LifetimeErrors } from '../auth/credentials/lifetime.js';
import { Body, Controller, Get, Post, Query, type Type } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation } from '@nestjs/swagger';
import type { AuditContext } from '../audit/audit-context.js';
import { AuditedAs } from '../auth/principal/audited-as.js';
import { RequireRoles } from '../auth/guard/require-roles.js';
import { CurrentMember } from '../auth/principal/current-caller.js';
import type { MemberPrincipal } from '../auth/principal/principal.js';
import { Idempotency } from '../idempotency/idempotency.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { IdempotentCall, ApiIdempotencyKey } from '../idempotency/api-idempotency-key.js';
import { IntegrationsService } from '../integrations/integrations.service.js';
import type { MemberSurface } from '../integrations/member-surfaces.js';
import { CommonErrors } from '../platform/errors/common.errors.js';
import { ApiErrors } from '../platform/http/api-errors.js';
import { mapPage } from '../platform/paging/page.js';
import type { IssuedTokenClass } from './dto/issued-token.dto.js';
import { NewTokenRequest, RevokedTokenDto, TokenDto } from './dto/token.dto.js';
import { TokenRevocation } from './token-revocation.js';
import { TokensService } from './tokens.service.js';
import { IdParam } from '../platform/http/id-param.js';
import { INTEGRATION_ID } from '../integrations/integrations.errors.js';
import { TOKEN_ID } from './tokens.errors.js';

/**
 * Creates the controller of an integration's tokens for one surface.
 * @param Issued class of the surface's response with a new token
 */
// The limit counts the whole class; each of its methods is short.
// eslint-disable-next-line max-lines-per-function
export function createTokensController(surface: MemberSurface, Issued: IssuedTokenClass): Type<object> {
  const responses = surface.responses('token', TokenDto);
  class ListQuery extends surface.PageQuery {}
  const revocations = surface.responses('token', RevokedTokenDto);

  @surface.Documented('tokens')
  @Controller(`${surface.path}/:integration/tokens`)
  class TokensController {
    constructor(
      private readonly tokens: TokensService,
      private readonly revocation: TokenRevocation,
      private readonly integrations: IntegrationsService,
      private readonly idempotency: Idempotency,
    ) {}

    @Get()
    @RequireRoles('ROLE_VIEWER')
    @ApiOperation({
      operationId: surface.operation('listTokens'),
      summary: 'List the tokens of an integration',
    })
    @responses.List()
    async list(
      @CurrentMember() { company }: MemberPrincipal,
      @IdParam('integration', INTEGRATION_ID) integration: string,
      @Query() query: ListQuery,
    ): Promise<object> {
      const { id } = await this.integrations.find(company.id, integration);
      const page = await this.tokens.list(surface.PageQuery.toPage(query), id);
      return responses.list(mapPage(page, (item) => TokenDto.of(item)));
    }

    @Post()
    @RequireRoles('ROLE_API_SECURITY')
    @ApiIdempotencyKey()
    @ApiOperation({
      operationId: surface.operation('createToken'),
      summary: 'Create a token',
      description: 'The response shows the token only once.',
    })
    @ApiCreatedResponse({ type: Issued })
    @ApiErrors(CommonErrors.limitReached, LifetimeErrors.outlivesMaker, LifetimeErrors.signInAgain)
    async create(
      @CurrentMember() { company }: MemberPrincipal,
      @IdParam('integration', INTEGRATION_ID) integration: string,
      @Body() input: NewTokenRequest,
      @IdempotentCall() keyed: IdempotentRequest,
      @AuditedAs() by: AuditContext,
    ): Promise<object> {
      const { id: integrationId } = await this.integrations.find(company.id, integration);
      return this.idempotency.run(keyed, async (tx) =>
        Issued.ofIssued(await this.tokens.issue(tx, { ...input, integrationId }, by)),
      );
    }

    @surface.Action(':token/revoke')
    @RequireRoles('ROLE_API_SECURITY')
    @ApiOperation({
      operationId: surface.operation('revokeToken'),
      summary: 'Revoke a token',
      description:
        'The token stops working everywhere within a second. The webhooks that it created are disabled.',
    })
    @revocations.One()
    async revoke(
      @CurrentMember() { company }: MemberPrincipal,
      @IdParam('integration', INTEGRATION_ID) integration: string,
      @IdParam('token', TOKEN_ID) id: string,
      @IdempotentCall() keyed: IdempotentRequest,
      @AuditedAs() by: AuditContext,
    ): Promise<object> {
      const { id: integrationId } = await this.integrations.find(company.id, integration);
      return this.idempotency.run(keyed, async (tx) =>
        revocations.one(RevokedTokenDto.ofRevoked(await this.revocation.revokeIn(tx, integrationId, id, by))),
      );
    }
  }
  return TokensController;
}
