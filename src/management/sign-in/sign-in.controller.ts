import { Body, Controller, HttpCode, Ip, Post } from '@nestjs/common';
import { ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuthErrors } from '../../auth/principal/auth.errors.js';
import { SessionsService } from '../../identity/sessions/sessions.service.js';
import { UserErrors } from '../../identity/users/users.errors.js';
import { AppError } from '../../platform/errors/app-error.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { AcceptsForm, Public } from '../../platform/http/route-access.js';
import { ManagementErrors } from './sign-in.errors.js';
import { TokenResponse, TokenRequest } from './dto/sign-in.dto.js';

const { validation, malformedForm } = CommonErrors;

/** Route by which scripts exchange an email address and a password for an access token. */
@ApiTags('Management: sign-in')
@Controller('apiops/auth')
export class SignInController {
  constructor(private readonly sessions: SessionsService) {}

  @Post('token')
  @HttpCode(200)
  @Public()
  @AcceptsForm()
  @ApiOperation({
    operationId: 'managementToken',
    summary: 'Create an access token',
    description:
      'Send a form or JSON. The token is valid for one hour. Returns 429 after 10 failures in 15 minutes for one account from one IP address. After 100 failures for one ' +
      'account from all addresses, addresses without a sign-in to it in the last 90 days get 429.',
  })
  @ApiConsumes('application/x-www-form-urlencoded', 'application/json')
  @ApiOkResponse({ type: TokenResponse })
  @ApiErrors(validation, malformedForm)
  @ApiErrors(
    ManagementErrors.unsupportedGrantType,
    ManagementErrors.badCredentials,
    AuthErrors.rateLimitExceeded,
  )
  @ApiErrors(CommonErrors.internal, CommonErrors.serviceUnavailable)
  async token(
    @Body() { grant_type, client_id: email, client_secret: password }: TokenRequest,
    @Ip() address: string,
  ): Promise<TokenResponse> {
    if (grant_type !== 'client_credentials') throw ManagementErrors.unsupportedGrantType.error();
    const given = await this.sessions.signInOnce({ email, password, address }).catch(asBadCredentials);
    return { access_token: given.accessToken, token_type: 'Bearer', expires_in: given.expiresIn };
  }
}

function asBadCredentials(error: unknown): never {
  if (error instanceof AppError && error.kind === UserErrors.invalidCredentials)
    throw ManagementErrors.badCredentials.error({ headers: error.headers });
  throw error;
}
