import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { TokensService } from '../tokens/tokens.service.js';
import { Caller } from './caller.js';
import { AuthTestAnswer, RevokedAnswer } from './dto/auth-answers.js';
import type { Principal } from './principal.js';
import { RequireScopes } from './require-scopes.js';

/** What a token can find out and do about itself. */
@ApiTags('Credential')
@Controller('api/v1/integration/auth')
export class AuthController {
  constructor(@Inject(TokensService) private readonly tokens: TokensService) {}

  @Get('test')
  @RequireScopes()
  @ApiOperation({
    operationId: 'testCredential',
    summary: 'Whose token is this?',
    description:
      'Tells which company and integration the token belongs to and what it may do. The first call to make.',
  })
  @ApiOkResponse({ type: AuthTestAnswer })
  test(@Caller() caller: Principal): AuthTestAnswer {
    return AuthTestAnswer.of(caller);
  }

  @Post('revoke')
  @HttpCode(200)
  @RequireScopes()
  @ApiOperation({
    operationId: 'revokeCredential',
    summary: 'Revoke the calling token',
    description:
      'For a script that suspects its token has leaked. The token works no more, at once; this cannot be undone.',
  })
  @ApiOkResponse({ type: RevokedAnswer })
  async revoke(@Caller() caller: Principal): Promise<RevokedAnswer> {
    const token = await this.tokens.revoke(caller.credential.id);
    return RevokedAnswer.of(token);
  }
}
