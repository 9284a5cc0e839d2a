import { Body, Controller, HttpCode, Ip, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { Public } from '../../platform/http/route-access.js';
import type { AuditContext } from '../../audit/audit-context.js';
import { AuditedAs } from '../../auth/principal/audited-as.js';
import { AuthErrors } from '../../auth/principal/auth.errors.js';
import { RequireSignIn, CurrentSession } from '../../auth/guard/require-sign-in.js';
import { UserErrors } from '../users/users.errors.js';
import { LoginResponse, TokensResponse } from './dto/session-responses.dto.js';
import { LoginRequest, PasswordRequest, RefreshRequest } from './dto/session-requests.dto.js';
import type { JwtContent } from '../../auth/principal/jwt-content.js';
import { PasswordChangeService } from './password-change.service.js';
import { requireSession } from './require-session.js';
import { SessionErrors } from './sessions.errors.js';
import { SessionsService } from './sessions.service.js';

const ALWAYS = [CommonErrors.validation, CommonErrors.internal, CommonErrors.serviceUnavailable];
const { invalidCredentials } = UserErrors;
const { invalidToken } = AuthErrors;
const { noCompany, signInNeeded } = SessionErrors;

/** Routes for sign-in, refresh, sign-out and password change. */
@ApiTags('Account: sign-in')
@Controller('api/v1/auth')
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly passwords: PasswordChangeService,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Public()
  @ApiOperation({
    operationId: 'signIn',
    summary: 'Sign in',
    description:
      'After 10 failures in 15 minutes for one account and address: 429. After 100 for one account from anywhere: 429 ' +
      'for addresses that nobody signed in to it from within 90 days. With more than 50 sessions of a person the oldest ends.',
  })
  @ApiOkResponse({ type: LoginResponse })
  @ApiErrors(...ALWAYS, invalidCredentials, noCompany, AuthErrors.rateLimitExceeded)
  async login(@Body() body: LoginRequest, @Ip() address: string): Promise<LoginResponse> {
    const { username, password, company_id } = body;
    const named = company_id === undefined ? {} : { companyId: company_id };
    return LoginResponse.ofSignIn(
      await this.sessions.signIn({ email: username, password, address, ...named }),
    );
  }

  @Post('refresh')
  @HttpCode(200)
  @Public()
  @ApiOperation({
    operationId: 'refreshSession',
    summary: 'New tokens for a refresh token',
    description:
      'Each refresh token works once. Shown again within 10 seconds it is answered with the same new one, unless that ' +
      'has been used; later it ends the whole session. A session whose refresh token is not used for 7 days ends.',
  })
  @ApiOkResponse({ type: TokensResponse })
  @ApiErrors(...ALWAYS, invalidToken, AuthErrors.rateLimitExceeded)
  async refresh(@Body() { refresh_token }: RefreshRequest, @Ip() address: string): Promise<TokensResponse> {
    return TokensResponse.of(await this.sessions.refresh(refresh_token, address));
  }

  @Post('logout')
  @HttpCode(204)
  @RequireSignIn()
  @ApiOperation({
    operationId: 'signOut',
    summary: 'Sign out',
    description: 'Ends the session of the access token; its refresh token is dead with it.',
  })
  @ApiNoContentResponse()
  @ApiErrors(signInNeeded)
  logout(@CurrentSession() person: JwtContent, @AuditedAs() by: AuditContext): Promise<void> {
    return this.sessions.signOut(requireSession(person), by);
  }

  @Post('password')
  @HttpCode(204)
  @RequireSignIn()
  @ApiOperation({
    operationId: 'changePassword',
    summary: 'Change the password',
    description: 'Ends all other sessions of the account.',
  })
  @ApiNoContentResponse()
  @ApiErrors(invalidCredentials, signInNeeded)
  password(
    @CurrentSession() person: JwtContent,
    @Body() { current_password, new_password, keep_tokens }: PasswordRequest,
    @Ip() address: string,
  ): Promise<void> {
    const keepTokens = keep_tokens ?? false;
    const change = { current: current_password, input: new_password, keepTokens, address };
    return this.passwords.change({ userId: person.userId, sessionId: requireSession(person), ...change });
  }
}
