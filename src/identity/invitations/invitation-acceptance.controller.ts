import { Body, Controller, HttpCode, Ip, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { Public } from '../../platform/http/route-access.js';
import { AuthErrors } from '../../auth/principal/auth.errors.js';
import { AcceptedResponse, AcceptRequest } from './dto/invitation-acceptance.dto.js';
import { InvitationAcceptance } from './invitation-acceptance.js';
import { UserErrors } from '../users/users.errors.js';

/** Route to accept an invitation. */
@ApiTags('Account: sign-in')
@Controller('api/v1/auth/invitations')
export class InvitationAcceptanceController {
  constructor(private readonly joining: InvitationAcceptance) {}

  @Post('accept')
  @HttpCode(200)
  @Public()
  @ApiOperation({
    operationId: 'acceptInvitation',
    summary: 'Accept an invitation',
    description: 'An invitation can be accepted once, before it expires. Sign in afterwards.',
  })
  @ApiOkResponse({ type: AcceptedResponse })
  @ApiErrors(
    CommonErrors.validation,
    UserErrors.invalidInvitation,
    UserErrors.invalidCredentials,
    UserErrors.mailedLinkNeeded,
    UserErrors.alreadyMember,
    CommonErrors.limitReached,
    AuthErrors.rateLimitExceeded,
    CommonErrors.internal,
    CommonErrors.serviceUnavailable,
  )
  async accept(@Body() { token, password }: AcceptRequest, @Ip() address: string): Promise<AcceptedResponse> {
    const { user, companyId } = await this.joining.accept({ token, password, address });
    return { id: user.id, email: user.email, company_id: companyId };
  }
}
