import { ApiProperty } from '@nestjs/swagger';
import { IsExactText } from '../../../platform/http/validation.js';
import { IsPassword } from '../../passwords/is-password.js';

/** The body of `POST /auth/invitations/accept/`. */
export class AcceptRequest {
  @ApiProperty({ description: 'The part of the link after `#`.' })
  @IsExactText(255)
  token!: string;

  @ApiProperty({
    format: 'password',
    description:
      'New account, or mailed link of an unverified account: the new password. Other accounts: the current password. ' +
      'Always 12 to 256 characters and hard to guess, so that an error does not show whether ' +
      'the account exists.',
  })
  @IsPassword()
  password!: string;
}

/** The response of `POST /auth/invitations/accept/`. */
export class AcceptedResponse {
  @ApiProperty({ example: 'usr_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'ana@acme.example' })
  email!: string;

  @ApiProperty({ example: 'com_01kan2x5v6fkrb3m1s3c1v9y7t' })
  company_id!: string;
}
