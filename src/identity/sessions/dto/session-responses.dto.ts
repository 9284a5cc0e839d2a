import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Role } from '../../../auth/principal/roles.js';
import type { SessionTokens, SignedIn } from '../sessions.service.js';

/** The response of `POST /auth/refresh/`. */
export class TokensResponse {
  @ApiProperty({ description: 'A JWT for `Authorization: Bearer`. Valid for one hour.' })
  access_token!: string;

  @ApiProperty({ description: 'Same as `access_token`.' })
  token_access!: string;

  @ApiProperty({
    description: 'Works once, and again within 10 seconds. Later reuse ends the session.',
  })
  refresh_token!: string;

  static of({ accessToken, refreshToken }: SessionTokens): TokensResponse {
    return { access_token: accessToken, token_access: accessToken, refresh_token: refreshToken };
  }
}

class Profile {
  @ApiProperty({ enum: ROLES, isArray: true, description: 'Roles of the account in the company.' })
  roles!: Role[];
}

/** The response of `POST /auth/login/`. */
export class LoginResponse extends TokensResponse {
  @ApiProperty({ example: 'usr_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'ana@acme.example' })
  email!: string;

  @ApiProperty({ example: 'ana@acme.example' })
  username!: string;

  @ApiProperty({ example: 'com_01kan2x5v6fkrb3m1s3c1v9y7t' })
  company_id!: string;

  @ApiProperty({ description: 'Whether the email address is verified.' })
  is_verified!: boolean;

  @ApiProperty({ type: Profile })
  profile!: Profile;

  static ofSignIn(signedIn: SignedIn): LoginResponse {
    const { user, companyId, roles } = signedIn;
    return {
      id: user.id,
      email: user.email,
      username: user.email,
      company_id: companyId,
      ...TokensResponse.of(signedIn),
      is_verified: Boolean(user.verified),
      profile: { roles },
    };
  }
}
