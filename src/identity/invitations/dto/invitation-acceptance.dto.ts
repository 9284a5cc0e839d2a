import { ApiProperty } from '@nestjs/swagger';
import { IsExactText } from '../../../platform/http/validation.js';
import { IsPassword } from '../../passwords/is-password.js';

/** The body of `POST /auth/invitations/accept/`. */
export class AcceptRequest {
  @ApiProperty({ description: 'What stands after the # of the link.' })
  @IsExactText(255)
  token!: string;

  @ApiProperty({
    format: 'password',
    description:
      'For a new account, and by the mailed link for one that is not verified, the one it shall have; else the one ' +
      'it has. Of 12 to 256 characters and hard to guess in each case, so that a refusal does not tell whether ' +
      'there is an account.',
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
