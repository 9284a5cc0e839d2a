import { Body, Controller, HttpCode, Inject, Ip, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { Answers } from '../../platform/http/answers.js';
import { Public } from '../../platform/http/route-access.js';
import { IsExactText } from '../../platform/http/validation.js';
import { AuthErrors } from '../../auth/principal/auth.errors.js';
import { IsPassword } from '../passwords/is-password.js';
import { JoiningService } from './joining.service.js';
import { UserErrors } from '../users/users.errors.js';

class AcceptRequest {
  @ApiProperty({ description: 'What stands after the # of the link.' })
  @IsExactText(255)
  token!: string;

  @ApiProperty({
    format: 'password',
    description: 'For a new account the one it shall have, of 12 to 256 characters; else the one it has.',
  })
  @IsPassword()
  password!: string;
}

class AcceptedAnswer {
  @ApiProperty({ example: 'usr_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'ana@acme.example' })
  email!: string;

  @ApiProperty({ example: 'com_01kan2x5v6fkrb3m1s3c1v9y7t' })
  company_id!: string;
}

/** For those who were invited. */
@ApiTags('Account: sign-in')
@Controller('api/v1/auth/invitations')
export class JoiningController {
  constructor(@Inject(JoiningService) private readonly joining: JoiningService) {}

  @Post('accept')
  @HttpCode(200)
  @Public()
  @ApiOperation({
    operationId: 'acceptInvitation',
    summary: 'Accept an invitation',
    description: 'Works once and within 7 days. Then sign in.',
  })
  @ApiOkResponse({ type: AcceptedAnswer })
  @Answers(
    CommonErrors.validation,
    UserErrors.invalidInvitation,
    UserErrors.invalidCredentials,
    UserErrors.alreadyMember,
    AuthErrors.rateLimitExceeded,
    CommonErrors.internal,
    CommonErrors.serviceUnavailable,
  )
  async accept(@Body() { token, password }: AcceptRequest, @Ip() address: string): Promise<AcceptedAnswer> {
    const { user, companyId } = await this.joining.accept({ token, password, address });
    return { id: user.id, email: user.email, company_id: companyId };
  }
}
