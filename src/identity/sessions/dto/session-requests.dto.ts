import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IsExactText } from '../../../platform/http/validation.js';
import { IsPassword } from '../../passwords/is-password.js';
import { Optional } from '../../../platform/http/optional.js';

/** The body of `POST /auth/login/`. */
export class LoginRequest {
  @ApiProperty({ description: 'Email address of the account.', example: 'ana@acme.example' })
  @IsExactText(254)
  username!: string;

  @ApiProperty({ format: 'password' })
  @IsPassword()
  password!: string;

  @ApiPropertyOptional({
    description: 'One of your companies. Default: your default company.',
    example: 'com_01kan2x5v6fkrb3m1s3c1v9y7t',
  })
  @Optional()
  @IsExactText(40)
  company_id?: string;
}

/** The body of `POST /auth/refresh/`. */
export class RefreshRequest {
  @ApiProperty({ description: 'The latest refresh token of the session. Each works once.' })
  @IsExactText(255)
  refresh_token!: string;
}

/** The body of `POST /auth/password/`. */
export class PasswordRequest {
  @ApiProperty({ format: 'password' })
  @IsPassword()
  current_password!: string;

  @ApiProperty({ format: 'password', description: '12 to 256 characters.' })
  @IsPassword()
  new_password!: string;

  @ApiPropertyOptional({
    default: false,
    description:
      'true keeps personal and private tokens. By default they are revoked. Other sessions always end.',
  })
  @Optional()
  @IsBoolean()
  keep_tokens?: boolean;
}
