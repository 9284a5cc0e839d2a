import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { Public } from '../../platform/http/route-access.js';
import { JwksResponse } from './dto/jwks.dto.js';
import { JwtKeys } from './jwt-keys.js';

/** The public keys that verify our JWTs (RFC 7517). */
@ApiTags('Account: sign-in')
@Controller('.well-known')
export class JwksController {
  constructor(private readonly keys: JwtKeys) {}

  @Get('jwks.json')
  @Public()
  @Header('Cache-Control', 'public, max-age=300')
  @ApiOperation({
    operationId: 'getJwks',
    summary: 'Get the public signing keys',
    description: 'Use these keys to verify a JWT of this service.',
  })
  @ApiOkResponse({ type: JwksResponse })
  @ApiErrors(CommonErrors.internal)
  jwks(): Promise<JwksResponse> {
    return this.keys.published();
  }
}
