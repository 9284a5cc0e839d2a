import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

const LONGEST = 1024;

/** The body of `POST /apiops/auth/token`, as a form or as JSON (RFC 6749, section 4.4). */
export class TokenRequest {
  @ApiProperty({ enum: ['client_credentials'], example: 'client_credentials' })
  @IsString()
  @MaxLength(LONGEST)
  grant_type!: string;

  @ApiProperty({ description: 'Email address of the account.', example: 'ops@acme.example' })
  @IsString()
  @MaxLength(LONGEST)
  client_id!: string;

  @ApiProperty({ description: 'The password.', format: 'password' })
  @IsString()
  @MaxLength(LONGEST)
  client_secret!: string;
}

/** The response of `POST /apiops/auth/token`. */
export class TokenResponse {
  @ApiProperty({ description: 'A JWT.' })
  access_token!: string;

  @ApiProperty({ example: 'Bearer' })
  token_type!: string;

  @ApiProperty({ example: 3600, description: 'Seconds.' })
  expires_in!: number;
}
