import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { AuditContext } from '../audit/audit-context.js';
import { AuditedAs } from '../auth/principal/audited-as.js';
import { TokenRevocation } from './token-revocation.js';
import { Idempotency } from '../idempotency/idempotency.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { IdempotentCall, ApiIdempotencyKey } from '../idempotency/api-idempotency-key.js';
import { CurrentIntegration } from '../auth/principal/current-caller.js';
import { AuthTestResponse, RevokedResponse, RevokeRequest } from './dto/current-token.dto.js';
import type { IntegrationPrincipal } from '../auth/principal/principal.js';
import { RequireScopes } from '../auth/guard/require-scopes.js';

/** Routes by which a token inspects and revokes itself. */
@ApiTags('Current token')
@Controller('api/v1/integration/auth')
export class CurrentTokenController {
  constructor(
    private readonly tokens: TokenRevocation,
    private readonly idempotency: Idempotency,
  ) {}

  @Get('test')
  @RequireScopes()
  @ApiOperation({
    operationId: 'testCredential',
    summary: 'Get the current token',
    description: 'Returns the company, integration and scopes of the token. Make this call first.',
  })
  @ApiOkResponse({ type: AuthTestResponse })
  test(@CurrentIntegration() caller: IntegrationPrincipal): AuthTestResponse {
    return AuthTestResponse.of(caller);
  }

  @Post('revoke')
  @HttpCode(200)
  @RequireScopes()
  @ApiIdempotencyKey()
  @ApiOperation({
    operationId: 'revokeCredential',
    summary: 'Revoke the current token',
    description:
      'Use it if the token may have leaked. The token stops working at once. This cannot be undone.',
  })
  @ApiBody({ type: RevokeRequest, required: false })
  @ApiOkResponse({ type: RevokedResponse })
  revoke(
    @CurrentIntegration() caller: IntegrationPrincipal,
    @Body() { disableWebhooks = true }: RevokeRequest,
    @IdempotentCall() keyed: IdempotentRequest,
    @AuditedAs() by: AuditContext,
  ): Promise<RevokedResponse> {
    return this.idempotency.run(keyed, async (tx) =>
      RevokedResponse.of(await this.tokens.revoke(tx, caller.credential.id, { disableWebhooks }, by)),
    );
  }
}
