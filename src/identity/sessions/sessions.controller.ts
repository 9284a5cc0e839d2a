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
      'Returns 429 after 10 failures in 15 minutes for one account from one IP address. After 100 failures for one account ' +
      'from all addresses, addresses without a sign-in to it in the last 90 days get 429. A person has at most 50 sessions; a new one ends the oldest.',
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
    summary: 'Create tokens from a refresh token',
    description:
      'Each refresh token works once. If it is sent again within 10 seconds, and its successor is not used yet, the response ' +
      'is the same. Later reuse ends the session. A session also ends if it is not refreshed for 7 days.',
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
    description: 'Ends the session. Its access token and refresh token stop working.',
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
    operationId: 'updatePassword',
    summary: 'Update your password',
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
