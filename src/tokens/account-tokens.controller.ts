import { LifetimeErrors } from '../auth/credentials/lifetime.js';
import { Body, Controller, Delete, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiNoContentResponse, ApiOperation } from '@nestjs/swagger';
import type { AuditContext } from '../audit/audit-context.js';
import { AuditedAs } from '../auth/principal/audited-as.js';
import { DEFAULT_GRACE_SECONDS } from '../auth/credentials/rotation-grace.js';
import { RequireRoles } from '../auth/guard/require-roles.js';
import { CurrentMember } from '../auth/principal/current-caller.js';
import type { MemberPrincipal } from '../auth/principal/principal.js';
import { Idempotency } from '../idempotency/idempotency.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { IdempotentCall, ApiIdempotencyKey } from '../idempotency/api-idempotency-key.js';
import { IntegrationsService } from '../integrations/integrations.service.js';
import { ACCOUNT_SURFACE } from '../integrations/member-surfaces.js';
import { Database } from '../platform/database/database.js';
import { CommonErrors } from '../platform/errors/common.errors.js';
import { ApiErrors } from '../platform/http/api-errors.js';
import { IssuedTokenResponse } from './dto/issued-token.dto.js';
import { RotationRequest } from './dto/rotation.dto.js';
import { TOKEN_ID, TokenErrors } from './tokens.errors.js';
import { TokensService } from './tokens.service.js';
import { IdParam } from '../platform/http/id-param.js';
import { INTEGRATION_ID } from '../integrations/integrations.errors.js';

/** Routes of tokens that only `/api/integrations` has. */
@ACCOUNT_SURFACE.Documented('tokens')
@Controller(`${ACCOUNT_SURFACE.path}/:integration/tokens`)
export class AccountTokensController {
  constructor(
    private readonly tokens: TokensService,
    private readonly integrations: IntegrationsService,
    private readonly idempotency: Idempotency,
    private readonly database: Database,
  ) {}

  @Post(':token/rotate')
  @RequireRoles('ROLE_API_SECURITY')
  @ApiIdempotencyKey()
  @ApiOperation({
    operationId: 'rotateToken',
    summary: 'Rotate a token',
    description:
      'The new token has the same name and scopes. The old token works until the grace period ends. With a grace period, the company may temporarily ' +
      'have up to twice the maximum number of tokens. With `graceSeconds` 0 the rotation always works, because the old token ends at once.',
  })
  @ApiBody({ type: RotationRequest, required: false })
  @ApiCreatedResponse({ type: IssuedTokenResponse })
  @ApiErrors(CommonErrors.limitReached, TokenErrors.notLive, LifetimeErrors.signInAgain)
  async rotate(
    @CurrentMember() { company }: MemberPrincipal,
    @IdParam('integration', INTEGRATION_ID) integration: string,
    @IdParam('token', TOKEN_ID) id: string,
    @Body() { graceSeconds = DEFAULT_GRACE_SECONDS }: RotationRequest,
    @IdempotentCall() keyed: IdempotentRequest,
    @AuditedAs() by: AuditContext,
  ): Promise<IssuedTokenResponse> {
    const { id: integrationId } = await this.integrations.find(company.id, integration);
    return this.idempotency.run(keyed, async (tx) =>
      IssuedTokenResponse.ofIssued(await this.tokens.rotate(tx, integrationId, id, graceSeconds, by)),
    );
  }

  @Delete(':token')
  @HttpCode(204)
  @RequireRoles('ROLE_API_SECURITY')
  @ApiOperation({ operationId: 'deleteToken', summary: 'Delete a revoked token' })
  @ApiNoContentResponse()
  @ApiErrors(TokenErrors.notRevoked)
  async remove(
    @CurrentMember() { company }: MemberPrincipal,
    @IdParam('integration', INTEGRATION_ID) integration: string,
    @IdParam('token', TOKEN_ID) id: string,
    @AuditedAs() by: AuditContext,
  ): Promise<void> {
    const { id: integrationId } = await this.integrations.find(company.id, integration);
    await this.database.transaction((tx) => this.tokens.remove(tx, integrationId, id, by));
  }
}
