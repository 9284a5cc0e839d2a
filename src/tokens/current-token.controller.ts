import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Act } from '../audit/act.js';
import { ByCaller } from '../auth/principal/act-of-caller.js';
import { TokensService } from './tokens.service.js';
import { Idempotency } from '../idempotency/idempotency.js';
import type { KeyedCall } from '../idempotency/keyed-call.js';
import { Keyed, TakesIdempotencyKey } from '../idempotency/takes-idempotency-key.js';
import { Caller } from '../auth/principal/caller.js';
import { AuthTestAnswer, RevokedAnswer, RevokeRequest } from './dto/current-token.dto.js';
import type { IntegrationPrincipal } from '../auth/principal/principal.js';
import { RequireScopes } from '../auth/guard/require-scopes.js';

/** What a token can find out and do about itself. */
@ApiTags('Integration: credential')
@Controller('api/v1/integration/auth')
export class CurrentTokenController {
  constructor(
    private readonly tokens: TokensService,
    private readonly idempotency: Idempotency,
  ) {}

  @Get('test')
  @RequireScopes()
  @ApiOperation({
    operationId: 'testCredential',
    summary: 'Whose token is this?',
    description:
      'Tells which company and integration the token belongs to and what it may do. The first call to make.',
  })
  @ApiOkResponse({ type: AuthTestAnswer })
  test(@Caller() caller: IntegrationPrincipal): AuthTestAnswer {
    return AuthTestAnswer.of(caller);
  }

  @Post('revoke')
  @HttpCode(200)
  @RequireScopes()
  @TakesIdempotencyKey()
  @ApiOperation({
    operationId: 'revokeCredential',
    summary: 'Revoke the calling token',
    description:
      'For a script that suspects its token has leaked. The token works no more, at once; this cannot be undone.',
  })
  @ApiBody({ type: RevokeRequest, required: false })
  @ApiOkResponse({ type: RevokedAnswer })
  revoke(
    @Caller() caller: IntegrationPrincipal,
    @Body() { disableWebhooks = true }: RevokeRequest,
    @Keyed() keyed: KeyedCall,
    @ByCaller() by: Act,
  ): Promise<RevokedAnswer> {
    return this.idempotency.run(keyed, async (tx) =>
      RevokedAnswer.of(await this.tokens.revoke(tx, caller.credential.id, { disableWebhooks }, by)),
    );
  }
}
